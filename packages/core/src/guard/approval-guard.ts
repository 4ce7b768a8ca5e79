import { messageOf } from '../errors.ts';
import type { Risk } from '../fault/injector.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { ApprovalAnswer, ApprovalRequest, Approve } from './approval.ts';
import { isProduction } from './environment.ts';
import type { FaultIntent, Guard, GuardOpinion, World } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';

const RULE = 'approval';
const GRAVITY: Readonly<Record<Risk | 'never', number>> = { low: 0, medium: 1, high: 2, critical: 3, never: 4 };

type Rules = Pick<Safety, 'requireApproval' | 'approve' | 'approvalTimeout' | 'production'>;

/** Asks `safety.approve` for faults of the risk it is required for, and for every fault in production. */
export function approvalGuard(rules: Rules, redactor: Redactor): Guard {
  return {
    rule: RULE,
    waits: true,
    async check(intent, world) {
      const because = reasonToAsk(rules, intent);
      if (because === undefined) return yes(RULE, 'no approval needed');
      const { approve } = rules;
      if (approve === undefined) {
        return no(RULE, {
          value: 'nobody to ask',
          limit: because,
          reason: 'the fault needs approval and there is no `safety.approve`',
          remedy: 'give safety.approve',
        });
      }
      if (world.purpose === 'plan') return yes(RULE, `approval will be asked for: ${because}`);
      return ask(approve, requestFor(intent, because, redactor), rules.approvalTimeout, world);
    },
  };
}

function reasonToAsk(rules: Rules, { fault, environment }: FaultIntent): string | undefined {
  if (isProduction(rules, environment)) return `every fault in ${environment}`;
  const risk = fault.risk ?? 'medium';
  return GRAVITY[risk] >= GRAVITY[rules.requireApproval]
    ? `risk ${risk}, requireApproval ${rules.requireApproval}`
    : undefined;
}

function requestFor(intent: FaultIntent, because: string, redactor: Redactor): ApprovalRequest {
  const { fault, target, params, hold = null, actor = null, runId = null, environment = null } = intent;
  const risk = fault.risk ?? 'medium';
  return redactor.copy({ fault: fault.type, risk, target, params, hold, actor, runId, environment, because });
}

async function ask(approve: Approve, request: ApprovalRequest, timeout: number, world: World): Promise<GuardOpinion> {
  const settled = new AbortController();
  const signal = AbortSignal.any([world.signal, settled.signal]);
  const late = world.clock
    .sleep(timeout, { signal })
    .then((): ApprovalAnswer => ({ approved: false, reason: `no answer within ${timeout} ms` }));
  const answered = Promise.resolve().then(() => approve(request, signal));
  try {
    return opinionOn(await Promise.race([answered, late]), request);
  } catch (thrown) {
    world.signal.throwIfAborted();
    return opinionOn({ approved: false, reason: `asking failed: ${messageOf(thrown)}` }, request);
  } finally {
    settled.abort();
    // Whichever lost the race settles later; nobody is left to hear of it.
    await Promise.allSettled([late]);
    answered.catch(() => undefined);
  }
}

function opinionOn(answer: ApprovalAnswer, request: ApprovalRequest): GuardOpinion {
  const { approved, by, reason } = typeof answer === 'boolean' ? { approved: answer } : answer;
  const who = by === undefined ? '' : ` by ${by}`;
  // Only a true is a yes: an untyped callback may answer anything.
  if (approved === true) return yes(RULE, `approved${who}`);
  return no(RULE, {
    value: `rejected${who}`,
    limit: `approved (${request.because})`,
    reason: reason ?? 'approval was rejected',
    remedy: 'ask again when it can be approved',
  });
}
