import { patience } from '../config/patience.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { control } from '../host/control.ts';
import { liveEntries, owner } from '../host/state-of.ts';
import { untilClean } from '../host/until-clean.ts';
import { userName } from '../host/user-name.ts';
import { painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { print } from '../terminal/print.ts';
import { entryLine } from '../view/entry-line.ts';
import type { CommonOptions } from './common-options.ts';

export interface StopOptions extends CommonOptions {
  /** How long to wait until everything is proven undone, such as `30s`. */
  readonly within: string;
}

/**
 * Engages the emergency stop of a state folder, whoever's engine is at work there, and waits until everything it held is
 * proven undone. Ends with 5 when that could not be seen in time.
 */
export async function stop(io: Io, reason: string, options: StopOptions): Promise<ExitCode> {
  const within = patience('--within', options.within);
  const { state, engine } = await control(io.cwd, options);
  const before = await liveEntries(state);
  await engine.emergencyStop(reason, { actor: userName(io.env) });
  await engine.close();
  const holder = await owner(state);
  // Nobody to wait for: what is left was left by the dead.
  const left = holder === undefined ? before : await untilClean(state, within);
  const result = { stopped: true, reason, engine: holder ?? null, reverted: before.length - left.length, left };
  print(io, options.json, result, () => {
    const paint = painter(io.out);
    const done = `stopped until \`chaos release\`: ${result.reverted} reverted`;
    if (left.length === 0) return [paint('green', `${done}, nothing is left`)];
    const advice = holder === undefined ? ['no engine is at work: `chaos revert` undoes what is left'] : [];
    return [paint('red', `${done}, NOT PROVEN UNDONE:`), ...left.map(entryLine), ...advice];
  });
  return left.length === 0 ? EXIT.passed : EXIT.leaked;
}
