import { isDeepStrictEqual } from 'node:util';
import { ChaosEngine, type ChaosPlugin, type Json, type Logger, milliseconds } from '@bridge/chaos-core';
import type { Victim } from '../victim/victim.ts';
import { eventually } from '../world/eventually.ts';
import type { Breakage, Subject } from '../world/subject.ts';
import type { Strike } from './plan.ts';
import { watchUntilClean } from './time-to-clean.ts';

/** Fresh ones for each engine, which closes them. */
type MakePlugins = () => readonly ChaosPlugin[];
type LogMethod = Logger['warn'];

/** What one kill came to. */
export interface Round {
  /** The step, or what was going on at a random time. */
  readonly doing: string;
  readonly guardianToo: boolean;
  /** Milliseconds from SIGKILL to clean for good; undefined when nothing was broken then. */
  readonly clean: number | undefined;
}

/** A guardian may take this long beside `settle`, ms. Generous: what is asserted is that it gets there. */
const DEADLINE = 30_000;

function deadlineOf({ fault }: Breakage): number {
  return DEADLINE + 2 * milliseconds(fault.settle);
}

/** Whether the fault had its one effect: nobody brings back a process that was killed. */
async function isSpent({ fault }: Breakage, { witness }: Subject): Promise<boolean> {
  return fault.momentary === true && (await witness()) === 'ended';
}

async function mustBeClean(breakage: Breakage, subject: Subject, before: Json, victim: Victim): Promise<void> {
  const left = await victim.liveEntries();
  if (left.length > 0) throw new Error(`expected an empty journal, got ${left.join(', ')}`);
  if (await isSpent(breakage, subject)) return;
  const now = await subject.witness();
  if (isDeepStrictEqual(now, before)) return;
  throw new Error(`expected ${JSON.stringify(before)} as before, got ${JSON.stringify(now)}`);
}

/** Known to be in effect at this step, even if the guardian was faster than the first look. */
function isInPlace({ fault }: Breakage, step: string): boolean {
  return fault.momentary !== true && ['inject:after', 'fault:effective', 'revert:before'].includes(step);
}

/** The next life of the engine, on the state folder of the dead one. */
async function startAgain({ state }: Victim, makePlugins: MakePlugins): Promise<void> {
  const complaints: string[] = [];
  const note: LogMethod = (data, message) => void complaints.push(`${message} ${JSON.stringify(data)}`);
  const logger: Logger = { debug: () => undefined, info: () => undefined, warn: note, error: note };
  await using engine = new ChaosEngine({ plugins: makePlugins(), armed: true, state, guardian: 'none', logger });
  const leaks: string[] = [];
  engine.on('fault:leaked', ({ data }) => void leaks.push(data.reason));
  await engine.start();
  if (leaks.length > 0) throw new Error(`expected start() to revert all, got ${[...leaks, ...complaints].join('\n')}`);
}

export interface RoundOptions {
  readonly breakage: Breakage;
  readonly subject: Subject;
  readonly before: Json;
  readonly victim: Victim;
  readonly strike: Strike;
  readonly makePlugins: MakePlugins;
}

/**
 * Kills one engine, and its guardian when told so, and waits until all is as before. Throws when anything is left.
 * Resolves with undefined when the fault had ended before the kill.
 */
export async function killOnce(options: RoundOptions): Promise<Round | undefined> {
  const { breakage, subject, before, victim, strike, makePlugins } = options;
  const { type } = breakage;
  const sound = await subject.glance();
  victim.tell({ type, target: subject.selector, params: subject.params, signal: 'SIGKILL', ...strike });
  const done = victim.hears('done').then(
    () => true,
    () => false,
  );
  if (await Promise.race([done, victim.ended.then(() => false)])) return undefined;
  await victim.ended;
  const killed = await victim.hears('struck');
  const { guardianToo } = strike;
  let over = false;
  const watching = watchUntilClean(subject, sound, () => over);
  try {
    if (guardianToo) await startAgain(victim, makePlugins);
    await eventually(() => victim.guardianIsGone(), deadlineOf(breakage), 'the guardian to have done its work');
  } finally {
    over = true;
  }
  const watched = await watching;
  await mustBeClean(breakage, subject, before, victim);
  const spent = await isSpent(breakage, subject);
  const doing = strike.strike.when === 'step' ? strike.strike.step : `at random: ${killed.doing}`;
  const wasBroken = !spent && (watched.seenBroken || isInPlace(breakage, doing));
  return { doing, guardianToo, clean: wasBroken ? Math.max(0, watched.cleanAt - killed.at) : undefined };
}
