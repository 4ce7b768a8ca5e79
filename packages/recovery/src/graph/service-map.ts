import * as z from 'zod';

const service = z
  .string({ error: 'expected the name of a service' })
  .min(1, { error: 'expected the name of a service' });

const dependency = z.union(
  [
    service,
    /** Any one of these is enough. */
    z.strictObject({
      anyOf: z.array(service).min(2, { error: 'expected at least two services of which one is enough' }),
    }),
    /** Called, but not needed to work. */
    z.strictObject({ optional: service }),
  ],
  { error: 'expected the name of a service, { anyOf: [services] } or { optional: service }' },
);

export type Dependency = z.output<typeof dependency>;

const needs = z.array(dependency, { error: 'expected a list of dependencies' });

const entry = z.strictObject({
  needs: needs.default([]),
  /** Copies that can stand in for one another. Default 1. */
  replicas: z.int({ error: 'expected a number of replicas, at least 1' }).min(1).default(1),
  /** What its loss costs, relative to the other services. Default 1. */
  weight: z.number({ error: 'expected a weight of at least 0' }).min(0).default(1),
});

/** A dependency map as people write it: a service and what it needs, `backend: ['postgres', 'redis']`. */
export const serviceMap = z.record(
  service,
  z.union([needs.transform((list) => entry.parse({ needs: list })), entry], {
    error: 'expected a list of dependencies, or { needs, replicas, weight }',
  }),
);

export type ServiceMap = z.input<typeof serviceMap>;
