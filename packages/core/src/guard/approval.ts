import type { Risk } from '../fault/injector.ts';
import type { JsonObject } from '../json.ts';
import type { Target } from '../target/target.ts';

/** What somebody is asked to approve. Plain JSON, secrets redacted. */
export interface ApprovalRequest {
  readonly fault: string;
  readonly risk: Risk;
  readonly target: Target;
  readonly params: JsonObject;
  /** Milliseconds the fault is meant to be held. */
  readonly hold: number | null;
  readonly actor: string | null;
  readonly runId: string | null;
  readonly environment: string | null;
  /** Which rule asks. */
  readonly because: string;
}

export type ApprovalAnswer = boolean | { readonly approved: boolean; readonly by?: string; readonly reason?: string };

/**
 * Asks a person or a system. The signal is aborted when the answer comes too late or is not needed any more; no answer in
 * time, and throwing, count as no.
 */
export type Approve = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer> | ApprovalAnswer;
