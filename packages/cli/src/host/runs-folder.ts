import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../config/usage-error.ts';
import { listed } from './state-of.ts';

const ID = /^[\w-]{1,80}$/;
const JOURNAL = '.jsonl';

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
