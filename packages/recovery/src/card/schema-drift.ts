import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

/** SD001: an answer lacks a field. Needs `proxies()` and a proxy with `http` in the way. */
export const missingApiField = defineCard({
  id: 'SD001',
  name: 'Missing API Field',
  category: 'Schema Drift',
  hypothesis: 'An answer that no longer fits its schema is noticed, and what it was made of is made anew.',
  risk: 1.5,
  owner: 'development',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('schema-drift', 'schema_drift'),
    proxy: z.string().min(1),
    /** Of the requests whose answers are changed. */
    path: z.string().startsWith('/'),
    /** JSON Pointer of the field that goes; `*` stands for every item. */
    field: z.string().startsWith('/'),
    /** How many answers are changed. Default: all while the fault is held. */
    answers: z.int().min(1).optional(),
  }),
  drill: ({ proxy, path, field, answers, ...system }) =>
    drillOf(system, {
      type: 'proxy.http',
      on: { proxy },
      params: {
        match: { path },
        effect: { kind: 'change', body: { json: [{ drop: field }] } },
        ...(answers === undefined ? {} : { when: { first: answers } }),
      },
    }),
});
