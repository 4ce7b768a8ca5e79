import type { JsonObject } from '../json.ts';
import type { Report } from '../run/report-schema.ts';

export const GATES = ['effect', 'trigger', 'playbook', 'task', 'slo', 'rollback', 'collateral'] as const;

export type GateName = (typeof GATES)[number];

/** `inconclusive`: the evidence decides neither way. `not-required`: the card expects nothing here. */
export type GateOutcome = 'passed' | 'failed' | 'inconclusive' | 'not-required';

/** One fact that a gate rests on. */
export interface GateEvidence {
  /** Id of an event of the engine; null for what was looked at in another way. */
  readonly event: string | null;
  /** Monotonic milliseconds after the effect; null when there was no effect to count from. */
  readonly at: number | null;
  readonly what: string;
}

export interface Gate {
  readonly name: GateName;
  readonly outcome: GateOutcome;
  /** One sentence. */
  readonly reason: string;
  readonly evidence: readonly GateEvidence[];
  readonly numbers: JsonObject;
}

/** A file that belongs to a drill, known by its hash. */
export interface DrillArtifact {
  readonly name: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * `passed`: every gate passed or was not required. `failed`: one failed. `inconclusive`: none failed, one is undecided.
 * `not-run`: nothing was broken, since a precondition or a safety rule said no; it counts as no drill.
 */
export type DrillOutcome = 'passed' | 'failed' | 'inconclusive' | 'not-run';

/** Which cell of the coverage matrix a drill belongs to. */
export interface DrillCell {
  readonly card: string;
  readonly target: string;
  readonly environment: string;
  /** What was drilled: an image digest, a commit, a hash of the configuration. */
  readonly version: string;
}

/** What a drill amounted to. Plain JSON but for the report's types. */
export interface DrillRecord extends DrillCell {
  readonly id: string;
  /** `null`: nothing was broken, to see whether detectors keep quiet. */
  readonly kind: 'fault' | 'null';
  readonly outcome: DrillOutcome;
  /** It passed, with its effect and its rollback proven: only this covers the cell. */
  readonly covers: boolean;
  /** One sentence: the worst gate's reason, or why it was not run. */
  readonly reason: string;
  readonly gates: readonly Gate[];
  readonly runId: string | null;
  /** Null when there was no run. */
  readonly report: Report | null;
  readonly artifacts: readonly DrillArtifact[];
  /** RFC 3339. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Milliseconds; null when there was nothing to detect or recover from, or it did not happen. */
  readonly timeToDetect: number | null;
  readonly timeToRecover: number | null;
}
