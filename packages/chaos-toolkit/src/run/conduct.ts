import { messageOf } from '@bridge/chaos-core';
import type { RunState } from './experiment-run.ts';
import type { Finding } from './finding.ts';
import { Interruption } from './interruption.ts';
import type { JournalEntry, JournalStatus } from './journal.ts';
import type { Mode, RollbackStrategy } from './options.ts';

/** Where the two modes differ while an experiment runs. */
export interface Conduct {
  /** Status when the steady state is not met before the method. */
  readonly gateMiss: JournalStatus;
  /** Whether an interruption cuts off what runs in the background too. */
  readonly cutsBackground: boolean;
  /** Whether rollbacks go on when a signal comes. */
  readonly rollbacksGoOn: boolean;
  /** Whether the steady state is checked once more after the rollbacks. */
  readonly looksAfterwards: boolean;
  playsRollbacks(strategy: RollbackStrategy, state: RunState): boolean;
  /** What is wrong with an activity of the method; ends the method. */
  methodFailure(entry: JournalEntry | undefined, path: string): Finding | undefined;
  rollbackFailure(entry: JournalEntry, path: string): Finding[];
  /** Throws on where Chaos Toolkit dies. */
  rollbackCrash(error: unknown, path: string): Finding[];
  /** What ended a check before or after the method. Throws on where Chaos Toolkit dies. */
  checkCrash(error: unknown): Finding;
  crash(path: string, reason: string): Finding;
  notRestored(within: number, reason: string): Finding;
}

export function conductOf(mode: Mode): Conduct {
  return mode === 'strict' ? strict : compat;
}

function crash(path: string, reason: string): Finding {
  const remedy = 'Correct what it names; what was left of the method and of its checks was not played.';
  return { trap: 'crash', path, message: `ended by an error nobody expected: ${reason}`, remedy };
}

function notRestored(within: number, reason: string): Finding {
  const message = `the steady state did not come back within ${within / 1000} s of the rollbacks: ${reason}`;
  const remedy = 'Look at the system by hand: the rollbacks do not undo what the method does.';
  return { trap: 'steady-state-not-restored', path: 'rollbacks', message, remedy };
}

const compat: Conduct = {
  gateMiss: 'completed',
  cutsBackground: false,
  rollbacksGoOn: false,
  looksAfterwards: false,
  playsRollbacks(strategy, { status, deviated, interruption }) {
    if (interruption?.harsh || strategy === 'never') return false;
    if (strategy === 'always') return true;
    return strategy === 'deviated' ? deviated : status !== 'failed' && status !== 'interrupted';
  },
  methodFailure: () => undefined,
  rollbackFailure: () => [],
  rollbackCrash(error) {
    throw error;
  },
  checkCrash(error) {
    throw error;
  },
  crash,
  notRestored,
};

const strict: Conduct = {
  gateMiss: 'failed',
  cutsBackground: true,
  rollbacksGoOn: true,
  looksAfterwards: true,
  playsRollbacks(strategy, { deviated, interruption, methodStarted, status }) {
    if (strategy === 'never') return false;
    if (strategy === 'deviated')
      return deviated || interruption !== undefined || status === 'aborted' || status === 'failed';
    // Where nothing was done, there is nothing to undo.
    return strategy === 'always' || methodStarted;
  },
  methodFailure(entry, path) {
    const reason = entry === undefined ? undefined : failureOf(entry);
    if (reason === undefined) return undefined;
    const remedy = 'Make it succeed: what follows would be measured on a system that was not broken as planned.';
    return { trap: 'method-activity-failed', path, message: reason, remedy };
  },
  rollbackFailure(entry, path) {
    const reason = failureOf(entry);
    return reason === undefined ? [] : [notRolledBack(path, reason)];
  },
  rollbackCrash(error, path) {
    if (error instanceof Interruption) throw error;
    return [notRolledBack(path, messageOf(error))];
  },
  checkCrash: (error) => crash('steady-state-hypothesis', messageOf(error)),
  crash,
  notRestored,
};

function notRolledBack(path: string, message: string): Finding {
  const remedy = 'Look at the system by hand: it may still be broken. The other rollbacks were played.';
  return { trap: 'rollback-failed', path, message, remedy };
}

/** Why the activity did not do what it should: it failed, its program said so, or the server did. */
function failureOf({ activity, output, status, exception }: JournalEntry): string | undefined {
  if (status !== 'succeeded') return `failed: ${exception?.join('').trim() ?? 'cut off'}`;
  const { provider = null, type } = activity;
  if (type !== 'action' || typeof output !== 'object' || output === null || !('status' in output)) return undefined;
  const kind = typeof provider === 'object' && provider !== null && 'type' in provider ? provider['type'] : undefined;
  const code = output['status'];
  if (typeof code !== 'number') return undefined;
  if (kind === 'process' && code !== 0) return `the program ended with status ${code}`;
  return kind === 'http' && code >= 400 ? `the server answered ${code}` : undefined;
}
