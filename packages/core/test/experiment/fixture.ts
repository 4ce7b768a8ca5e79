import { defineFault, definePlugin, defineProbe, duration, type Target, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';

/** A world of named boxes that live in memory: a real plugin whose faults do nothing to anybody else. */
export const boxQuery = z.union([
  z.string(),
  z.strictObject({ group: z.string().exactOptional(), name: z.string().exactOptional() }),
]);

export function box(name: string, group?: string): Target {
  return {
    kind: 'box',
    id: `id-${name}`,
    name,
    labels: {},
    startedAt: 'boot',
    ...(group === undefined ? {} : { group }),
  };
}

export const BOXES: readonly Target[] = [
  box('payments', 'shop'),
  box('orders', 'shop'),
  box('stock', 'shop'),
  box('mail'),
  box('search'),
];

export function boxes(all: readonly Target[] = BOXES): TargetSource<'box', typeof boxQuery> {
  return {
    kind: 'box',
    query: boxQuery,
    async find(query) {
      if (typeof query === 'string') return all.filter(({ name }) => name === query || query === '*');
      return all.filter(
        (one) =>
          (query.group === undefined || one.group === query.group) &&
          (query.name === undefined || one.name === query.name),
      );
    },
    async reread(target) {
      return all.find(({ id }) => id === target.id);
    },
    async group(target) {
      return all.filter(({ group }) => group !== undefined && group === target.group);
    },
  };
}

const undo = z.object({ id: z.string() });

const verbs = {
  undo,
  survives: 'process',
  settle: 0,
  async prepare(target: Target) {
    return { id: target.id };
  },
  async inject() {},
  async revert() {},
  async observe() {
    return 'absent' as const;
  },
} as const;

export const pause = defineFault({ type: 'box.pause', target: 'box', params: z.object({}), ...verbs });

export const latency = defineFault({
  type: 'box.latency',
  target: 'box',
  params: z.object({ delay: duration, jitter: duration.exactOptional(), share: z.number().min(0).max(1).default(1) }),
  ...verbs,
});

export const bell = defineFault({
  type: 'bell.ring',
  target: 'bell',
  params: z.strictObject({ times: z.int().min(1) }),
  ...verbs,
});

export const look = defineProbe({
  type: 'look',
  options: z.strictObject({ at: z.string() }),
  async open() {
    return { check: async () => ({ health: 'healthy' }), close: async () => {} };
  },
});

export const boxPlugin = definePlugin({
  name: 'boxes',
  module: import.meta.url,
  options: {},
  targets: [boxes()],
  faults: [pause, latency],
  probes: [look],
  loads: [
    {
      type: 'steady',
      options: z.strictObject({ rate: z.number().positive() }),
      start: async () => ({ stop: async () => ({}) }),
    },
  ],
});
