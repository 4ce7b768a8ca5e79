import { ChaosError, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ContainerFacts } from './container-facts.ts';

/** What every undo record of a container fault names: this container on this engine, in this incarnation. */
export const containerRecord = z.object({
  connection: z.string(),
  /** Identity of the engine itself: an engine that never knew the container must not be believed that it is gone. */
  engine: z.string(),
  id: z.string(),
  name: z.string(),
  startedAt: z.string(),
});

export type ContainerRecord = z.output<typeof containerRecord>;

/** Refuses when the container is not the incarnation that was selected. */
export function requireSame(facts: ContainerFacts | undefined, expected: ContainerRecord | Target): ContainerFacts {
  if (facts?.startedAt === expected.startedAt) return facts;
  const now = facts === undefined ? 'it was removed' : `it is ${facts.status} since ${facts.startedAt}`;
  throw new ChaosError(
    'CHAOS_TARGET_CHANGED',
    `expected container ${expected.name} (${expected.id.slice(0, 12)}) as it was since ${expected.startedAt}, but ${now}; select it again`,
  );
}
