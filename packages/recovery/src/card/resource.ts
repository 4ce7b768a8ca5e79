import { defineCard, type JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

const query = z.json();

/** Where it presses: a process of this machine, or a container. */
const place = z.union([z.strictObject({ process: query }), z.strictObject({ container: query })]);

function pressureOn(on: z.output<typeof place>, what: 'cpu' | 'memory', params: JsonObject) {
  return { type: `${'process' in on ? 'process' : 'resource'}.${what}-stress`, on, params };
}

/** RE001: all processors are busy. Needs `resources()` and `processes()` or `containers()`. */
export const cpuIsSaturated = defineCard({
  id: 'RE001',
  name: 'CPU Saturation',
  category: 'Resource',
  hypothesis: 'When the processors are busy, what can wait is paused, and users are still served.',
  risk: 2,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('cpu-saturation', 'cpu_saturation'),
    on: place,
    /** How many processors compute for nothing. Default 2. */
    cores: z.int().min(1).default(2),
  }),
  drill: ({ on, cores, ...system }) => drillOf(system, pressureOn(on, 'cpu', { cores, load: 1 })),
});

/** RE002: memory in use grows and grows. Needs `resources()` and `processes()` or `containers()`. */
export const memoryLeaks = defineCard({
  id: 'RE002',
  name: 'Memory Leak',
  category: 'Resource',
  hypothesis: 'Memory that grows without end is noticed by its slope; caches are cleared before anything fails.',
  risk: 1.5,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('memory-slope', 'memory_leak'),
    on: place,
    /** How much is taken in the end. */
    level: z.string().min(1),
    /** Over what time. */
    ramp: z.string().min(1),
  }),
  drill: ({ on, level, ramp, ...system }) => drillOf(system, pressureOn(on, 'memory', { level, ramp })),
});

/** RE003: more work than the workers can do. Needs `resources({ queues })`. */
export const queueBacksUp = defineCard({
  id: 'RE003',
  name: 'Queue Backlog',
  category: 'Resource',
  hypothesis: 'A queue that grows is noticed by its depth, and gets more workers.',
  risk: 1.8,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('queue-depth', 'queue_backlog'),
    /** As `resources({ queues })` names it. */
    queue: z.string().min(1),
    /** How many messages. Default 2000. */
    messages: z.int().min(1).default(2_000),
    /** How many a second. Default 400. */
    perSecond: z.number().positive().default(400),
  }),
  drill: ({ queue, messages, perSecond, ...system }) =>
    drillOf(system, { type: 'resource.queue-flood', on: { queue }, params: { messages, perSecond } }),
});
