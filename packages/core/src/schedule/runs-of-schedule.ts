import { readRunStart } from './recorded-run.ts';
import { ownerOf, type PastSource, readRecorded } from './recorded-schedule.ts';
import { findRecorded, type Recorded } from './replay.ts';

/**
 * The ids of the runs that a schedule began, by the name of the deed: of the schedule with this id, or of the one that
 * began the run with this id. Undefined for a run on its own, and for an id that the record does not have. Throws
 * `CHAOS_SCHEDULE_INVALID` for damaged entries.
 */
export async function runsOfSchedule(
  id: string,
  source: PastSource,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const recorded = await findRecorded(id, source);
  if (recorded?.kind !== 'schedule') return undefined;
  const runs = new Map<string, Set<string>>();
  const add = (deed: string, run: string): void => {
    runs.set(deed, (runs.get(deed) ?? new Set()).add(run));
  };
  await readRecorded(source({ type: 'schedule:*', run: recorded.id }), {
    done({ outcomes }, owner) {
      if (owner !== recorded.id) return;
      for (const { deed, runs: begun } of outcomes) for (const run of begun) add(deed, run);
    },
  });
  for (const { deed, run } of await startedBy(recorded, source)) add(deed, run);
  return new Map([...runs].map(([deed, ids]) => [deed, [...ids]]));
}

type RecordedSchedule = Extract<Recorded, { readonly kind: 'schedule' }>;

/** The runs with the seeds of its picks: it may have been killed before it could say how they went. */
async function startedBy(
  { start, picks }: RecordedSchedule,
  source: PastSource,
): Promise<readonly { readonly deed: string; readonly run: string }[]> {
  const deeds = new Map(picks.flatMap((pick) => pick.deeds.map(({ seed, name }) => [seed, name] as const)));
  const found: { deed: string; run: string }[] = [];
  for await (const entry of await source({ type: 'run:*' })) {
    const run = ownerOf(entry);
    if (entry.type !== 'run:started' || run === undefined) continue;
    const { seed, actor } = readRunStart(entry);
    const deed = deeds.get(seed);
    if (deed !== undefined && actor === `schedule ${start.schedule}`) found.push({ deed, run });
  }
  return found;
}
