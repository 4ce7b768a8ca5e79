import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { defineFault, definePlugin, type Target, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';

const target = (id: string): Target => ({ kind: 'switch', id, name: 'switch', labels: {}, startedAt: '1' });

const switches: TargetSource<'switch', z.ZodString> = {
  kind: 'switch',
  query: z.string(),
  find: async (path) => [target(path)],
  reread: async ({ id }) => target(id),
  group: async (one) => [one],
};

/** A file that makes the service fail while it exists. */
const breaker = defineFault({
  type: 'service.break',
  target: 'switch',
  params: z.object({}),
  undo: z.object({ file: z.string() }),
  survives: 'host',
  settle: '400ms',
  prepare: async ({ id }) => ({ file: id }),
  inject: async (_target, _params, { file }) => writeFile(file, ''),
  revert: async ({ file }) => rm(file, { force: true }),
  observe: async ({ file }) => (existsSync(file) ? 'present' : 'absent'),
});

export default function breakers() {
  return definePlugin({
    name: 'breakers',
    module: import.meta.url,
    options: {},
    targets: [switches],
    faults: [breaker],
    probes: [],
  });
}
