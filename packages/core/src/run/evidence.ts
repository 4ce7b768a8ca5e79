import type { RunPhase } from '../event/chaos-events.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { AbortCause } from './abort-cause.ts';
import type { FaultRecord } from './fault-record.ts';
import type { Sample, SamplerHealth } from './sampler.ts';
import type { SignalTime } from './timeline.ts';

/** Monotonic ms, `from` included, `to` excluded. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface PhaseSpan extends Span {
  readonly phase: RunPhase;
}

/** A step, probe or load that did not work. */
export interface RunProblem {
  readonly code: string;
  readonly message: string;
}

/** Everything a run saw; all that a judge may look at. */
export interface Evidence {
  readonly experiment: Experiment;
  readonly phases: readonly PhaseSpan[];
  /** Every sample, by probe and index. */
  readonly samples: readonly Sample[];
  /** Null when sampling never began. */
  readonly sampler: SamplerHealth | null;
  readonly faults: readonly FaultRecord[];
  readonly signals: readonly SignalTime[];
  /** Latest time at which the recovery may begin; null when no fault was injected. */
  readonly deadline: number | null;
  readonly aborted: AbortCause | null;
  readonly problems: readonly RunProblem[];
}

/** The span of a phase, if the run came that far. */
export function phaseSpan(evidence: Evidence, phase: RunPhase): Span | undefined {
  return evidence.phases.find((span) => span.phase === phase);
}

export function samplesIn(samples: readonly Sample[], span: Span): Sample[] {
  return samples.filter(({ intended }) => intended >= span.from && intended < span.to);
}

/** Probes that decide: those with an objective, or all when there is no objective. */
export function judgedProbes({ steadyState: { probes, objectives } }: Experiment): string[] {
  const named = new Set(objectives.map((objective) => objective.probe));
  const names = probes.map((probe) => probe.name);
  return objectives.length === 0 ? names : names.filter((name) => named.has(name));
}
