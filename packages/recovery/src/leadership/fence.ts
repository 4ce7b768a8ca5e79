import { type Clock, type Logger, messageOf } from '@bridge/chaos-core';
import type { Grant, LeaderAction, LeaderActionOutcome } from './leadership.ts';
import type { LeaseStore } from './lease-store.ts';
import { reliedOn, type Term } from './term.ts';

export interface FenceOptions {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly log: Logger;
}

function refused(reason: Extract<Grant, { granted: false }>['reason'], detail: string): Grant {
  return { granted: false, reason, detail };
}

function tooLittle({ what, timeout }: LeaderAction, left: number): Grant {
  const detail = `${what} may take ${timeout} ms, the term can be relied on for ${Math.floor(left)} ms`;
  return refused('too-little-time', `${detail}. Two thirds of the lease's ttl must be longer than any deed.`);
}

/** Asks the store for one deed under a term, and believes a yes only while enough of the term is left. */
export async function beginUnder(term: Term | undefined, action: LeaderAction, options: FenceOptions): Promise<Grant> {
  const { leases, clock, log } = options;
  if (term === undefined) return refused('not-leader', `${action.what} was left to the leader`);
  const span = reliedOn(term.tenure.ttl);
  if (span <= action.timeout) return tooLittle(action, span);
  const askedAt = clock.now();
  try {
    const fenced = await leases.begin(term.tenure, action);
    if (fenced.outcome === 'stale') term.end('the fence refused it');
    else term.renewed(askedAt);
    if (fenced.outcome === 'stale') return refused('not-leader', `term ${term.tenure.term} has passed`);
    if (fenced.outcome === 'repeated') return refused('already-begun', `${action.what} was begun before`);
    const { id } = fenced;
    const finish = (outcome: LeaderActionOutcome): Promise<void> => recordEnd(id, outcome, options);
    if (term.left > action.timeout) return { granted: true, finish };
    await finish('abandoned');
    return tooLittle(action, term.left);
  } catch (error) {
    log.warn({ deed: action.key, reason: messageOf(error) }, 'the fence did not answer');
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
