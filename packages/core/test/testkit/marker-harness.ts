import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ChaosPlugin } from '@bridge/chaos-core';
import type { FaultHarness, HarnessTarget } from '@bridge/chaos-core/testkit';

async function makeFolder(before?: string): Promise<HarnessTarget> {
  const path = await mkdtemp(join(tmpdir(), 'chaos-harness-'));
  if (before !== undefined) await writeFile(join(path, 'broken'), before);
  const { ino } = await stat(path);
  return {
    target: { kind: 'folder', id: path, name: basename(path), labels: {}, startedAt: String(ino) },
    params: { name: 'broken' },
    witness: async () => {
      const names = (await readdir(path)).sort();
      return await Promise.all(names.map(async (name) => [name, await readFile(join(path, name), 'utf8')]));
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A folder as target; its content, read by plain system calls, as witness. */
export function folderHarness(plugin: ChaosPlugin): FaultHarness {
  return { plugin, make: () => makeFolder(), makeTouched: () => makeFolder('was here before') };
}
