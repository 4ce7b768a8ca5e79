import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { EventHub } from '../event/event-hub.ts';
import type { ExperimentProbe } from '../experiment/experiment.ts';
import { resolveObject } from '../experiment/template.ts';
import type { ExperimentValues } from '../experiment/values.ts';
import type { Logger } from '../logger.ts';
import type { Health } from '../probe/probe.ts';
import type { Registry } from '../registry.ts';
import { checkOnce } from '../run/check-once.ts';

/** What became of looking with one probe until it was healthy. */
export interface Inspection {
  readonly probe: string;
  readonly health: Health;
  readonly detail: string | null;
  readonly looks: number;
  /** Milliseconds until it was healthy, or until it was given up. */
  readonly took: number;
}

export interface Inspector {
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: EventHub;
  readonly registry: Registry;
  readonly values: ExperimentValues;
}

/** Shortest pause between two looks, ms. */
const PAUSE = 100;

/** Looks with every probe at once, each until it is healthy or `patience` ms are over; at least one look each. */
export function inspect(
  inspector: Inspector,
  probes: readonly ExperimentProbe[],
  patience: number,
  signal: AbortSignal,
): Promise<Inspection[]> {
  return Promise.all(probes.map((probe) => untilHealthy(inspector, probe, patience, signal)));
}

async function untilHealthy(
  inspector: Inspector,
  probe: ExperimentProbe,
  patience: number,
  signal: AbortSignal,
): Promise<Inspection> {
  const { clock } = inspector;
  const began = clock.now();
  for (let looks = 1; ; looks += 1) {
    const { health, detail } = await look(inspector, probe, signal);
    const took = clock.now() - began;
    if (health === 'healthy' || took >= patience || signal.aborted) {
      return { probe: probe.name, health, detail, looks, took };
    }
    await clock.sleep(Math.min(Math.max(probe.every, PAUSE), Math.max(1, patience - took)));
  }
}

async function look(
  { clock, log, hub, registry, values }: Inspector,
  probe: ExperimentProbe,
  signal: AbortSignal,
): Promise<{ readonly health: Health; readonly detail: string | null }> {
  try {
    const options = resolveObject(probe.options, { ...values, outputs: {} });
    const { name, type, every, timeout } = probe;
    const sampled = { name, type, every, timeout, options, implementation: registry.probe(probe) };
    return await checkOnce(sampled, { clock, log, events: hub }, signal);
  } catch (thrown) {
    // A probe that cannot be opened has not looked: that is no statement about what it looks at.
    return { health: 'unknown', detail: messageOf(thrown) };
  }
}
