import { chmod, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { defineFault, definePlugin, defineProbe, type Target, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';

async function statOf(path: string) {
  return await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function permissions(path: string): Promise<number | undefined> {
  const found = await statOf(path);
  return found && found.mode & 0o7777;
}

async function fileTarget(path: string): Promise<Target | undefined> {
  const found = await statOf(path);
  if (!found?.isFile()) return undefined;
  const name = basename(path);
  return { kind: 'file', id: path, name, labels: {}, group: dirname(path), startedAt: String(found.ino) };
}

/** Files by absolute path. */
const files: TargetSource<'file', z.ZodString> = {
  kind: 'file',
  query: z.string(),
  find: async (path) => [await fileTarget(path)].filter((target) => target !== undefined),
  reread: async (target) => {
    const now = await fileTarget(target.id);
    return now?.startedAt === target.startedAt ? now : undefined;
  },
  group: async (target) => [target],
};

/** Takes permissions away. */
export const fileMode = defineFault({
  type: 'file.mode',
  target: 'file',
  params: z.strictObject({ mode: z.int().min(0).max(0o777).default(0) }),
  undo: z.object({ path: z.string(), before: z.int(), during: z.int() }),
  survives: 'host',
  settle: '200ms',
  async prepare(target, { mode }) {
    const before = await permissions(target.id);
    if (before === undefined) throw new Error(`${target.id} is gone`);
    return { path: target.id, before, during: mode };
  },
  async inject(_target, _params, { path, during }) {
    await chmod(path, during);
  },
  async revert({ path, before }) {
    if ((await permissions(path)) !== undefined) await chmod(path, before);
  },
  async observe({ path, before, during }) {
    const now = await permissions(path);
    if (now === undefined) return 'gone';
    return now === during && now !== before ? 'present' : 'absent';
  },
});

/** Healthy while the file's permissions are these. */
export const permitted = defineProbe({
  type: 'file.permitted',
  options: z.strictObject({ path: z.string(), mode: z.int() }),
  async open({ path, mode }) {
    return {
      async check() {
        const now = await permissions(path);
        return now === mode ? { health: 'healthy' } : { health: 'degraded', detail: `mode is ${now?.toString(8)}` };
      },
      async close() {},
    };
  },
});

export default function fileModes() {
  return definePlugin({
    name: 'file-modes',
    module: import.meta.url,
    specifier: 'chaos-file-mode',
    options: {},
    targets: [files],
    faults: [fileMode],
    probes: [permitted],
  });
}
