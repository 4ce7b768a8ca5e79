import {
  type AnyFault,
  defineFault,
  duration,
  type FaultIntent,
  rate,
  type Target,
  type World,
} from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import * as z from 'zod';
import { type Safety, type SafetyInput, safetySchema } from '../../src/guard/safety.ts';

const nothing = { undo: z.object({}), survives: 'engine', settle: 0 } as const;
const verbs = {
  async prepare() {
    return {};
  },
  async inject() {},
  async revert() {},
  async observe(): Promise<'absent'> {
    return 'absent';
  },
};

export const latency: AnyFault = defineFault({
  type: 'network.latency',
  target: 'container',
  params: z.object({
    delay: duration,
    jitter: duration.optional(),
    rate: rate.optional(),
    note: z.string().optional(),
  }),
  ...nothing,
  ...verbs,
});

export const crash: AnyFault = defineFault({
  type: 'container.crash',
  target: 'container',
  params: z.object({}),
  risk: 'critical',
  ...nothing,
  ...verbs,
});

export function target(name: string, more: Partial<Target> = {}): Target {
  return { kind: 'container', id: `id-of-${name}-0123456789`, name, labels: {}, startedAt: '1', ...more };
}

/** `count` targets of one group. */
export function replicas(count: number, group = 'shop/api'): Target[] {
  return Array.from({ length: count }, (_, at) => target(`api-${at + 1}`, { group }));
}

export const alive = (on: Target, type = latency.type, since = 0) => ({
  id: `fault-${on.name}`,
  type,
  target: on,
  since,
});

export function intent(more: Partial<FaultIntent> = {}): FaultIntent {
  return { fault: latency, target: target('payments'), params: { delay: '100ms' }, ...more };
}

export function world(more: Partial<World> = {}): World {
  return {
    purpose: 'injection',
    clock: virtualClock(),
    signal: new AbortController().signal,
    active: [],
    recent: [],
    latch: { engaged: false },
    group: async (member) => ({ members: [member], underFault: [] }),
    protects: async () => undefined,
    health: async () => [],
    ...more,
  };
}

export const safety = (input: SafetyInput = {}): Safety => safetySchema.parse(input);
