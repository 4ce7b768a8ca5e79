import { type Logger, messageOf } from '@bridge/chaos-core';
import type { Grant, LeaderAction, LeaderActionOutcome } from './leadership.ts';
import type { LeaseStore } from './lease-store.ts';
import type { Term } from './term.ts';

export interface FenceOptions {
  readonly leases: LeaseStore;
  readonly log: Logger;
}

function refused(reason: Extract<Grant, { granted: false }>['reason'], detail: string): Grant {
  return { granted: false, reason, detail };
}

/**
 * Asks the store for one deed under a term. The lease is extended in the same step until the deed must be over, so that
 * nobody else leads while it may still be under way.
 */
export async function beginUnder(term: Term | undefined, action: LeaderAction, options: FenceOptions): Promise<Grant> {
  if (term === undefined) return refused('not-leader', `${action.what} was left to the leader`);
  const deed = term.deed(action.timeout);
  const grant = await ask(term, action, options);
  if (!grant.granted) {
    deed[Symbol.dispose]();
    return grant;
  }
  return {
    granted: true,
    finish: (outcome) => {
      deed[Symbol.dispose]();
      return grant.finish(outcome);
    },
  };
}

async function ask(term: Term, action: LeaderAction, options: FenceOptions): Promise<Grant> {
  const { leases, log } = options;
  const { what, timeout, key } = action;
  try {
    const { fenced } = await term.ask(async (hold) => {
      const answer = await leases.begin(term.tenure, action, hold);
      return { fenced: answer, held: answer.outcome !== 'stale' };
    });
    if (fenced.outcome === 'stale') {
      term.end('the fence refused it');
      return refused('not-leader', `term ${term.tenure.term} has passed`);
    }
    if (fenced.outcome === 'repeated') return refused('already-begun', `${what} was begun before`);
    const { id } = fenced;
    if (term.left > timeout) return { granted: true, finish: (outcome) => recordEnd(id, outcome, options) };
    await recordEnd(id, 'abandoned', options);
    const detail = `${what} may take ${timeout} ms, but the fence answered so late that ${Math.floor(term.left)} ms are left`;
    return refused('too-little-time', detail);
  } catch (error) {
    log.warn({ deed: key, reason: messageOf(error) }, 'the fence did not answer');
    return refused('unreachable', messageOf(error));
  }
}

/** A deed whose end cannot be recorded stays `begun`: how it ended is then unknown, which is what the record says. */
async function recordEnd(id: string, outcome: LeaderActionOutcome, { leases, log }: FenceOptions): Promise<void> {
  try {
    await leases.finish(id, outcome);
  } catch (error) {
    log.warn({ id, outcome, reason: messageOf(error) }, 'the end of a deed could not be recorded');
  }
}
