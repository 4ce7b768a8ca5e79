import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

/** NF001: every answer comes late. Needs `proxies()` and a proxy in the way. */
export const apiLatencySpike = defineCard({
  id: 'NF001',
  name: 'API Latency Spike',
  category: 'Network',
  hypothesis: 'Answers that come late are noticed, more workers are started, and the objective is met again.',
  risk: 1.5,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('latency', 'latency_spike'),
    proxy: z.string().min(1),
    /** Default 500 ms. */
    delay: z.string().min(1).default('500ms'),
  }),
  drill: ({ proxy, delay, ...system }) =>
    drillOf(system, { type: 'proxy.latency', on: { proxy }, params: { delay, direction: 'downstream' } }),
});
