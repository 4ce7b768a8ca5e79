import { defineFault, definePlugin, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';

// A fault that costs nothing, so that only the engine is measured.

const here = { kind: 'nothing', id: 'here', name: 'here', labels: {}, startedAt: '0' } as const;

const nothing: TargetSource<'nothing', z.ZodString> = {
  kind: 'nothing',
  query: z.string(),
  find: async () => [here],
  reread: async (target) => target,
  group: async (target) => [target],
};

export default function noop() {
  let broken = false;
  const fault = defineFault({
    type: 'nothing.noop',
    target: 'nothing',
    params: z.object({}),
    undo: z.object({}),
    survives: 'engine',
    settle: 0,
    prepare: async () => ({}),
    inject: async () => {
      broken = true;
    },
    revert: async () => {
      broken = false;
    },
    observe: async () => (broken ? 'present' : 'absent'),
  });
  return definePlugin({
    name: 'noop',
    module: import.meta.url,
    options: {},
    targets: [nothing],
    faults: [fault],
    probes: [],
  });
}
