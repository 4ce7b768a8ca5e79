import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { outside } from './outside.ts';

const ROOT = join(import.meta.dirname, '../..');
const PNPM = 'pnpm@12.21.0';
const LEFT_OUT = new Set(['dist', 'test', 'coverage']);

export interface Tarball {
  /** Folder name below `packages`. */
  readonly folder: string;
  /** Name in the registry. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/**
 * Builds every package from its sources, in a copy so that no stale output gets in, and packs it as it would be published.
 *
 * @param folder an empty one for the copy and the tarballs
 */
export async function packWorkspace(folder: string): Promise<Tarball[]> {
  const copy = join(folder, 'workspace');
  const packages = await readdir(join(ROOT, 'packages'));
  await copySources(copy, packages);
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  await promisify(execFile)(tsc, ['--build', ...packages.map((name) => join(copy, 'packages', name))]);
  return await Promise.all(packages.map((name) => pack(join(copy, 'packages', name), folder)));
}

async function copySources(copy: string, packages: readonly string[]): Promise<void> {
  await mkdir(join(copy, 'node_modules'), { recursive: true });
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'tsconfig.base.json']) {
    await cp(join(ROOT, file), join(copy, file));
  }
  // Every package bundles itself with it when it is packed.
  await cp(join(ROOT, 'setup/bundle.mjs'), join(copy, 'setup/bundle.mjs'));
  // The packages' own node_modules hold relative links: to each other, and into these two.
  const links = { recursive: true, verbatimSymlinks: true } as const;
  for (const name of packages) {
    const from = join(ROOT, 'packages', name);
    const isWanted = (path: string) => !LEFT_OUT.has(relative(from, path).split(sep)[0] ?? '');
    await cp(from, join(copy, 'packages', name), { ...links, filter: isWanted });
  }

  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  }
}

async function pack(directory: string, destination: string): Promise<Tarball> {
  const printed = await outside(directory, 'npx', '--yes', PNPM, 'pack', '--json', '--pack-destination', destination);
  const { name, filename }: { name: string; filename: string } = JSON.parse(printed);
  return { folder: basename(directory), name, path: join(destination, basename(filename)) };
}
