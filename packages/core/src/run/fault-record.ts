import { ChaosError, type ErrorCode, messageOf } from '../errors.ts';
import { type FaultState, isSettled } from '../fault/life.ts';
import type { JsonObject } from '../json.ts';
import type { Target } from '../target/target.ts';
import type { FaultFacts } from './fault-port.ts';

interface Attempt {
  /** Id of the step that asked for it. */
  readonly step: string;
  readonly type: string;
  readonly target: Target;
  readonly params: JsonObject;
}

/** A fault that was proven in effect, and what became of it. */
export interface InjectedFault extends Attempt {
  readonly outcome: 'injected';
  readonly id: string;
  readonly momentary: boolean;
  readonly state: FaultState;
  readonly facts: FaultFacts;
}

/** A fault that never was in effect, or not provably. */
export interface RejectedFault extends Attempt {
  /** `refused`: a safety rule said no. `failed`: anything else. `leaked`: it may still be there. */
  readonly outcome: 'refused' | 'failed' | 'leaked';
  readonly requestedAt: number;
  readonly code: ErrorCode | 'INTERNAL';
  readonly message: string;
}

/** Everything a run tried to inject, in order. */
export type FaultRecord = InjectedFault | RejectedFault;

const REFUSALS: ReadonlySet<string> = new Set<ErrorCode>([
  'CHAOS_GUARD_REFUSED',
  'CHAOS_APPROVAL_REJECTED',
  'CHAOS_EMERGENCY_STOPPED',
  'CHAOS_ENGINE_CLOSED',
  'CHAOS_ENGINE_STALE',
  'CHAOS_GUARDIAN_LOST',
  'CHAOS_RUN_ABORTED',
]);

/** True when something said no, rather than failed. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ChaosError && REFUSALS.has(error.code);
}

/** The record of an injection that was rejected with `error`. */
export function rejectedFault(attempt: Attempt, requestedAt: number, error: unknown): RejectedFault {
  const code = error instanceof ChaosError ? error.code : 'INTERNAL';
  const outcome = code === 'CHAOS_FAULT_LEAKED' ? 'leaked' : isRefusal(error) ? 'refused' : 'failed';
  return { ...attempt, outcome, requestedAt, code, message: messageOf(error) };
}

/** True when nothing proves that the fault is undone. */
export function isLeaked(record: FaultRecord): boolean {
  return record.outcome === 'injected' ? !isSettled(record.state) : record.outcome === 'leaked';
}
