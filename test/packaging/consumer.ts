import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outside } from './outside.ts';
import type { Tarball } from './tarballs.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What the consumer's own code and the tests that run there need beside the packages, and who in the workspace has it. */
const TOOLS = {
  '@types/node': '.',
  'fast-check': '.',
  typescript: '.',
  vitest: '.',
  zod: '.',
  cockatiel: 'packages/injectors',
  pg: 'packages/recovery',
  redis: 'packages/recovery',
} as const;

/** Lowest supported and newest Node.js, as packages whose `bin/node` is run. */
export const NODES = { 'node-lowest': '22.18.0', 'node-newest': '26' } as const;

/**
 * Makes a project outside the workspace that has the packed tarballs installed by npm, as a user would.
 *
 * @param folder where it is made
 */
export async function installConsumer(folder: string, tarballs: readonly Tarball[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(join(ROOT, 'test/consumer'), folder, { recursive: true });
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(tarballs.map(({ name, path }) => [name, `file:${path}`])),
    devDependencies: { ...(await versionsOf(TOOLS)), ...nodes() },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  await outside(
    folder,
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefer-offline',
    '--loglevel=error',
  );
}

/** The versions that the workspace itself has. */
async function versionsOf(tools: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const versions = Object.entries(tools).map(async ([name, owner]) => {
    const manifest = await readFile(join(ROOT, owner, 'node_modules', name, 'package.json'), 'utf8');
    return [name, String(JSON.parse(manifest).version)] as const;
  });
  return Object.fromEntries(await Promise.all(versions));
}

function nodes(): Record<string, string> {
  const platform = `node-${process.platform}-${process.arch}`;
  return Object.fromEntries(Object.entries(NODES).map(([alias, version]) => [alias, `npm:${platform}@${version}`]));
}
