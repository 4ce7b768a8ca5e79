import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Experiment } from '@bridge/chaos-core';
import { usageError } from '../config/usage-error.ts';
import type { ExperimentSource } from './experiment-source.ts';
import { isMissing, listed } from './state-of.ts';

const ID = /^[\w-]{1,80}$/;
const JOURNAL = '.jsonl';
const EXPERIMENT = '.experiment';

/** Where the command line keeps what its runs left: a journal each, and the experiment's text to replay it. */
export function runsFolder(state: string): string {
  return join(state, 'runs');
}

/** The journal of a run. Throws a usage error for what can be no run's id. */
export function journalFile(state: string, run: string): string {
  if (!ID.test(run)) throw usageError(`expected the id of a run, got ${JSON.stringify(run.slice(0, 100))}`);
  return join(runsFolder(state), `${run}${JOURNAL}`);
}

/** A journal: of a run that is going on, or was killed. */
export interface RunJournal {
  readonly id: string;
  readonly file: string;
  readonly changed: Date;
}

export async function journals(state: string): Promise<readonly RunJournal[]> {
  const folder = runsFolder(state);
  const names = (await listed(folder)).filter((name) => name.endsWith(JOURNAL));
  return await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return { id: name.slice(0, -JOURNAL.length), file, changed: (await stat(file)).mtime };
    }),
  );
}

export async function removeJournal(state: string, run: string): Promise<void> {
  await rm(journalFile(state, run), { force: true });
}

/** Removes the experiments of runs that are not kept any more. */
export async function forgetExperiments(state: string, kept: ReadonlySet<string>): Promise<void> {
  const names = (await listed(runsFolder(state))).filter((name) => name.endsWith(EXPERIMENT));
  const old = names.filter((name) => !kept.has(name.slice(0, -EXPERIMENT.length)));
  for (const name of old) await rm(join(runsFolder(state), name), { force: true });
}

/**
 * Keeps the text of a run's experiment, readable by this user only, unless a secret stands in it. A module is kept by its
 * name.
 */
export async function keepUnlessSecret(
  state: string,
  run: string,
  source: ExperimentSource,
  { secrets }: Pick<Experiment, 'secrets'>,
): Promise<void> {
  if (Object.values(secrets).some(({ from }) => from === 'literal')) return;
  await mkdir(runsFolder(state), { recursive: true, mode: 0o700 });
  const kept = source.kind === 'text' ? source : { kind: source.kind, name: source.name };
  await writeFile(join(runsFolder(state), `${run}${EXPERIMENT}`), `${JSON.stringify(kept)}\n`, { mode: 0o600 });
}

/** What {@link keepUnlessSecret} kept; undefined where nothing was. */
export async function keptExperiment(state: string, run: string): Promise<string | undefined> {
  try {
    return await readFile(join(runsFolder(state), `${run}${EXPERIMENT}`), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
