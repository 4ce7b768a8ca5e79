import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

/** Selects the one process, whatever its pid is by now: `{ commandMatches }`, `{ name }`, or a pid. */
const oneProcess = z.union([z.int().positive(), z.record(z.string(), z.json())]);

/** KH001: a process lives and does nothing any more. Needs `processes()`. */
export const heartbeatStops = defineCard({
  id: 'KH001',
  name: 'Heartbeat Stops',
  category: 'Kernel Health',
  hypothesis: 'A kernel that hangs is noticed by its missing heartbeat and restarted.',
  risk: 2.5,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('heartbeat-gap', 'heartbeat_gap'),
    process: oneProcess,
  }),
  drill: ({ process, ...system }) => drillOf(system, { type: 'process.pause', on: { process } }),
});

/** KH002: a process is killed. Needs `processes()`. */
export const kernelCrash = defineCard({
  id: 'KH002',
  name: 'Kernel Crash',
  category: 'Kernel Health',
  hypothesis: 'A kernel that crashed is noticed and started again.',
  risk: 2,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('service-crash', 'crashed_service'),
    process: oneProcess,
  }),
  drill: ({ process, ...system }) => drillOf(system, { type: 'process.kill', on: { process }, momentary: true }),
});
