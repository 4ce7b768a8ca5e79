import * as z from 'zod';
import type { EngineFacts } from '../docker/engine-facts.ts';
import type { Obstacle } from '../obstacle.ts';
import type { ContainerFacts } from './container-facts.ts';

/** Signals whose default action ends a process (signal(7)). */
export const endingSignal = z.enum([
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGHUP',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGUSR1',
  'SIGUSR2',
]);

type EndingSignal = z.output<typeof endingSignal>;

/** Since then a stop takes a signal of the caller's choice (API 1.42). Before, and in Podman, it sends the container's. */
const CHOSEN_SINCE = 23;

/** Why an engine could not see to it that a container ends some time after a signal; undefined where it can. */
export function whyUnbounded(
  signal: EndingSignal,
  { stopSignal }: Pick<ContainerFacts, 'stopSignal'>,
  { flavour, version }: EngineFacts,
): Obstacle | undefined {
  if (signal === 'SIGKILL' || signal === stopSignal) return undefined;
  if (flavour === 'docker' && Number.parseInt(version, 10) >= CHOSEN_SINCE) return undefined;
  return {
    reason: `the ${flavour} engine ${version} follows only the stop signal, ${stopSignal}, up with SIGKILL, not ${signal}`,
    remedy: `use ${stopSignal} or SIGKILL, or Docker ${CHOSEN_SINCE} or newer`,
  };
}
