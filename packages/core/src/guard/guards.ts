import type { Redactor } from '../redaction/redactor.ts';
import { allowListGuard } from './allow-list.ts';
import { approvalGuard } from './approval-guard.ts';
import { armedGuard } from './armed.ts';
import { blastRadiusGuard } from './blast-radius.ts';
import { emergencyStopGuard } from './emergency-stop.ts';
import { environmentGuard } from './environment.ts';
import { faultPoliciesGuard } from './fault-policies.ts';
import type { Guard } from './guard.ts';
import { type GuardChain, guardChain } from './guard-chain.ts';
import { healthGuard } from './health.ts';
import { optInLabelsGuard } from './opt-in-labels.ts';
import { protectedTargetsGuard } from './protected-targets.ts';
import { rateGuard } from './rate.ts';
import type { Safety } from './safety.ts';
import { timeWindowsGuard } from './time-windows.ts';

export interface GuardOptions {
  readonly armed: boolean;
  readonly safety: Safety;
  readonly redactor: Redactor;
  /** The host's own rules, asked before anybody is asked for approval. */
  readonly extra?: readonly Guard[];
}

/** Every guard, cheap and certain ones first, people and probes last. */
export function createGuards({ armed, safety, redactor, extra = [] }: GuardOptions): GuardChain {
  return guardChain([
    armedGuard(armed),
    emergencyStopGuard,
    protectedTargetsGuard(safety),
    environmentGuard(safety),
    allowListGuard(safety),
    timeWindowsGuard(safety),
    optInLabelsGuard(safety),
    blastRadiusGuard(safety),
    rateGuard(safety),
    faultPoliciesGuard(safety),
    ...extra,
    approvalGuard(safety, redactor),
    healthGuard(safety),
  ]);
}
