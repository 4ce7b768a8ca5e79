import { appendFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineFault, definePlugin, type Target, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';

// A fault that anybody can see: a file that should not be there. It writes down each undo, and takes as long as it is told.

async function folderTarget(path: string): Promise<Target> {
  const { ino } = await stat(path);
  return { kind: 'folder', id: path, name: basename(path), labels: {}, startedAt: String(ino) };
}

const folders: TargetSource<'folder', z.ZodString> = {
  kind: 'folder',
  query: z.string(),
  find: async (path) => [await folderTarget(path)],
  reread: (target) => folderTarget(target.id),
  group: async (target) => [target],
};

const flagOptions = z.object({
  /** Append-only file with one line per undo call: the pid, and what was undone. */
  trace: z.string(),
  /** Milliseconds. */
  injectTakes: z.number().default(0),
  undoTakes: z.number().default(0),
});

export type FlagOptions = z.input<typeof flagOptions>;

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

export default function flags(options: FlagOptions) {
  const { trace, injectTakes, undoTakes } = flagOptions.parse(options);
  const flag = defineFault({
    type: 'folder.flag',
    target: 'folder',
    params: z.object({ name: z.string().default('flag') }),
    undo: z.object({ file: z.string() }),
    survives: 'host',
    settle: '1s',
    touches: (target, { name }) => [join(target.id, name)],
    prepare: async (target, { name }) => ({ file: join(target.id, name) }),
    async inject(_target, _params, { file }) {
      await pause(injectTakes);
      await writeFile(file, '');
    },
    async revert({ file }) {
      await appendFile(trace, `${process.pid} ${file}\n`);
      await pause(undoTakes);
      await rm(file, { force: true });
    },
    observe: async ({ file }) => ((await exists(file)) ? 'present' : 'absent'),
  });
  return definePlugin({
    name: 'flags',
    module: import.meta.url,
    options: { trace, injectTakes, undoTakes },
    targets: [folders],
    faults: [flag],
    probes: [],
  });
}
