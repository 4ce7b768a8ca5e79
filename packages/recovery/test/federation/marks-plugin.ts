import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { defineFault, definePlugin, type Target, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';

// A fault that every process of this machine can see and undo: a file that should not be there. The folders beside each
// other are one group.

const MARK = 'broken by chaos';

async function place(path: string): Promise<Target | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return {
    kind: 'folder',
    id: path,
    name: basename(path),
    labels: {},
    group: dirname(path),
    startedAt: String(found.ino),
  };
}

const folders: TargetSource<'folder', z.ZodString> = {
  kind: 'folder',
  query: z.string(),
  find: async (path) => [await place(path)].filter((target) => target !== undefined),
  reread: (target) => place(target.id),
  group: async ({ id }) => {
    const names = await readdir(dirname(id));
    const members = await Promise.all(names.map((name) => place(join(dirname(id), name))));
    return members.filter((target) => target !== undefined);
  },
};

const isMarked = async (file: string): Promise<boolean> => (await readFile(file, 'utf8').catch(() => '')) === MARK;

const mark = defineFault({
  type: 'folder.mark',
  target: 'folder',
  params: z.object({}),
  undo: z.object({ file: z.string() }),
  survives: 'host',
  settle: '200ms',
  prepare: async (target) => ({ file: join(target.id, 'broken') }),
  inject: async (_target, _params, { file }) => writeFile(file, MARK),
  revert: ({ file }) => rm(file, { force: true }),
  observe: async ({ file }) => ((await isMarked(file)) ? 'present' : 'absent'),
});

export default function marks() {
  return definePlugin({
    name: 'marks',
    module: import.meta.url,
    options: {},
    targets: [folders],
    faults: [mark],
    probes: [],
  });
}
