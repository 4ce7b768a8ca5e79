import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject, Target } from '@bridge/chaos-core';
import type { FaultHarness, HarnessTarget } from '@bridge/chaos-core/testkit';
import { files } from '../../src/file/plugin.ts';
import { faultContext } from '../fault-context.ts';

export const FILE_PARAMS: Readonly<Record<string, JsonObject>> = {
  'file.corrupt': { bytes: 5 },
  'file.replace': { text: 'something else' },
  'file.edit': { format: 'json', changes: [{ set: '/pool', to: 0 }] },
  'file.truncate': { keep: '3B' },
  'file.hide': {},
  'file.permission': { mode: '000' },
  'file.append': { lines: ['token=made-up', 'and another'] },
};

export const CONTENT = '{\n  "pool": 10,\n  "host": "db"\n}\n';

/** A folder of the test's own; removed at the end of the scope. */
export async function testFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'chaos-file-')));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The file as the plugin's target source finds it. */
export async function fileTarget(plugin: ReturnType<typeof files>, path: string): Promise<Target> {
  const [source] = plugin.targets;
  const [target] = await source.find({ path }, faultContext());
  if (target === undefined) throw new Error(`${path} was not found.`);
  return target;
}

/** Everything in a folder, as plain system calls show it. */
export async function folderState(folder: string): Promise<Json> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mode, uid, gid, ino, mtimeMs } = await lstat(path);
      const digest = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return { name, mode, uid, gid, ino, mtimeMs, digest };
    }),
  );
}

/** Below one root that all its targets share, since another process must build the same plugin. */
export function fileHarness(type: string, root: string): FaultHarness {
  const plugin = files({ roots: [root] });
  let made = 0;
  return {
    plugin,
    async make(): Promise<HarnessTarget> {
      made += 1;
      const folder = join(root, `${type}-${made}`);
      await mkdir(folder);
      const path = join(folder, 'settings.json');
      await writeFile(path, CONTENT, { mode: 0o640 });
      await utimes(path, 1_700_000_000.25, 1_600_000_000.5);
      return {
        target: await fileTarget(plugin, path),
        params: FILE_PARAMS[type] ?? {},
        witness: () => folderState(folder),
        [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}
