import {
  type Deed,
  experimentDeed,
  isChaosError,
  ledgerRecord,
  type PastSource,
  runsOfSchedule,
} from '@bridge/chaos-core';
import { usageError } from '../config/usage-error.ts';
import type { Io } from '../terminal/io.ts';
import type { ExperimentSource } from './experiment-source.ts';
import type { AnyEngine } from './host.ts';
import { keptExperiment } from './kept-experiment.ts';
import { seeded } from './seeded.ts';

/** Whether the ledger in this folder says that a schedule began the run. */
export async function isOfSchedule(directory: string, run: string): Promise<boolean> {
  const { readLedger } = await import('@bridge/chaos-ledger');
  try {
    const ledger = await readLedger({ directory });
    return (
      (await runsOfSchedule(
        run,
        ledgerRecord(() => ledger),
      )) !== undefined
    );
  } catch (error) {
    if (isChaosError(error, 'CHAOS_LEDGER_NOT_FOUND')) return false;
    throw error;
  }
}

/**
 * What a schedule did, of the experiments that were kept with its runs; found by its id, or by that of one of its runs.
 * None for a run on its own. Throws a usage error where one was not kept.
 */
export async function keptDeeds(
  io: Io,
  state: string,
  engine: AnyEngine,
  { id, record }: { readonly id: string; readonly record: PastSource },
): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  for (const [name, runs] of (await runsOfSchedule(id, record)) ?? []) {
    const source = await firstKept(io, state, runs);
    if (source === undefined) throw notKept(`the experiment "${name}"`);
    deeds.push({ ...experimentDeed(engine.parse(seeded(source, undefined))), name });
  }
  return deeds;
}

/** For a replay of what has no text here. */
export function notKept(what: string): Error {
  return usageError(
    `no text of ${what} was kept: a secret stands in it, or only a program can say it; name its file by --experiment`,
  );
}

async function firstKept(io: Io, state: string, runs: readonly string[]): Promise<ExperimentSource | undefined> {
  for (const run of runs) {
    const source = await keptExperiment(io, state, run);
    if (source !== undefined) return source;
  }
  return undefined;
}
