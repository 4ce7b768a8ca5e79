import type { LatchState } from '@bridge/chaos-core';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { control } from '../host/control.ts';
import { journals, type RunJournal } from '../host/runs-folder.ts';
import { type LiveEntry, liveEntries, owner } from '../host/state-of.ts';
import { painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { print } from '../terminal/print.ts';
import { entryLine } from '../view/entry-line.ts';
import type { CommonOptions } from './common-options.ts';

interface Status {
  readonly state: string;
  /** The process whose engine is at work; null for none. */
  readonly engine: { readonly pid?: number } | null;
  readonly emergencyStop: LatchState;
  readonly live: readonly LiveEntry[];
  /** Going on, or killed: `chaos report <id>` shows them. */
  readonly unfinished: readonly RunJournal[];
}

/**
 * What is going on in a state folder, whoever's engine works there. Looks only. Ends with 0 also while faults are live
 * under an engine, with 5 when some are left and nobody is in charge.
 */
export async function status(io: Io, options: CommonOptions): Promise<ExitCode> {
  const { state, engine } = await control(io.cwd, options);
  const holder = await owner(state);
  const unfinished = await journals(state);
  const { emergencyStop } = engine.status();
  const found = { state, engine: holder ?? null, emergencyStop, live: await liveEntries(state), unfinished };
  print(io, options.json, found, () => lines(io, found));
  return found.live.length > 0 && holder === undefined ? EXIT.leaked : EXIT.passed;
}

function lines(io: Io, { state, engine, emergencyStop, live, unfinished }: Status): string[] {
  const paint = painter(io.out);
  const pid = engine?.pid === undefined ? 'a process that does not answer' : `process ${engine.pid}`;
  const left = engine === null ? ', and no engine is in charge: see `chaos revert`' : '';
  return [
    plainText(`state       ${state}`),
    `engine      ${engine === null ? 'none at work' : pid}`,
    emergencyStop.engaged
      ? paint('red', plainText(`stop        ENGAGED since ${emergencyStop.time}: ${emergencyStop.reason}`))
      : 'stop        not engaged',
    live.length === 0 ? paint('green', 'live faults none') : paint('yellow', `live faults ${live.length}${left}`),
    ...live.map(entryLine),
    unfinished.length === 0 ? 'unfinished  no runs' : `unfinished  ${unfinished.length}: going on, or killed`,
    ...unfinished.map(({ id, changed }) => `  ${id}, last written ${changed.toISOString()}`),
  ];
}
