import { ChaosError } from '../errors.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { ProbeHealth, Refusal } from '../guard/guard.ts';
import { healthOpinion } from '../guard/health.ts';
import { withSafetyStops } from '../guard/safety-stop.ts';
import { freshId, freshSeed } from '../random.ts';
import type { AbortCode } from '../run/abort-cause.ts';
import { inProcessSampler } from '../run/in-process-sampler.ts';
import { coreJudge } from '../run/judge.ts';
import { Run } from '../run/run.ts';
import type { RunHost } from '../run/run-host.ts';
import type { EngineParts } from './engine-parts.ts';
import type { FaultDoor } from './fault-door.ts';
import { versionsOf } from './versions.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly actor?: string;
  /** In place of the experiment's own. */
  readonly seed?: number;
}

/** How many runs can be replayed without naming their experiment again. */
const REMEMBERED = 100;

/** The runs of one engine. */
export class Runs {
  readonly #parts: EngineParts;
  readonly #running = new Map<Run, string>();
  /** By run, ended ones too, so that they can be replayed; oldest first. */
  readonly #experiments = new Map<string, Experiment>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  get all(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.#running].map(([{ id }, name]) => ({ id, name }));
  }

  get running(): readonly Run[] {
    return [...this.#running.keys()];
  }

  /** What a run was told to do, if it is one of the last of this engine. */
  experimentOf(id: string): Experiment | undefined {
    return this.#experiments.get(id);
  }

  /** Begins a run. Throws `CHAOS_RUN_LIMIT` when too many are on. */
  begin(experiment: Experiment, door: FaultDoor, { signal, actor, seed }: RunOptions): Run {
    const { maxConcurrentRuns, stopWhen } = this.#parts.safety;
    if (this.#running.size >= maxConcurrentRuns) {
      throw new ChaosError(
        'CHAOS_RUN_LIMIT',
        `expected at most ${maxConcurrentRuns} runs at once (safety.maxConcurrentRuns), and ${this.#running.size} are on. Wait for one to end.`,
        { details: { value: this.#running.size, limit: maxConcurrentRuns } },
      );
    }
    const limited = withSafetyStops(experiment, stopWhen);
    const order = {
      id: freshId('run'),
      experiment: limited,
      seed: seed ?? experiment.seed ?? freshSeed(),
      actor: actor ?? null,
    };
    const run = new Run(this.#hostFor(door), order, signal);
    this.#running.set(run, experiment.name);
    this.#remember(run.id, experiment);
    const ended = (): void => void this.#running.delete(run);
    run.report.then(ended, ended);
    return run;
  }

  /** Ends every run early. Resolves when each has reverted its faults and reported. */
  async abortAll(code: AbortCode, sentence: string): Promise<void> {
    const runs = [...this.#running.keys()];
    for (const run of runs) run.abort({ code, sentence, numbers: {} });
    await Promise.allSettled(runs.map(({ report }) => report));
  }

  #remember(id: string, experiment: Experiment): void {
    this.#experiments.set(id, experiment);
    const [oldest] = this.#experiments.keys();
    if (this.#experiments.size > REMEMBERED && oldest !== undefined) this.#experiments.delete(oldest);
  }

  #hostFor(door: FaultDoor): RunHost {
    const { clock, log, hub, redactor, registry, options, checked, safety, usage } = this.#parts;
    return {
      clock,
      log,
      hub,
      redactor,
      registry,
      faults: {
        inject: (request, { signal, runId, random, actor }) =>
          door.enter(request, { signal, runId, random, actor: actor ?? undefined, health: async () => [] }),
      },
      sampler: options.sampler ?? inProcessSampler(),
      judge: options.judge ?? coreJudge(),
      usage,
      checkInterval: safety.checkInterval,
      // An injection that is told to end reverts first, and may take all its attempts for that.
      abortGrace: checked.limits.attempt + checked.limits.revert,
      versions: versionsOf(registry),
      environment: process.env,
      admit: (_order, health) => this.#admit(health),
    };
  }

  /** What can be refused for the run as a whole, before its baseline: the faults are asked for one by one. */
  async #admit(health: () => Promise<readonly ProbeHealth[]>): Promise<void> {
    const { armed, latch, safety } = this.#parts;
    const stop = latch.state;
    if (!armed)
      throw new ChaosError(
        'CHAOS_GUARD_REFUSED',
        'the engine is not armed; say `armed: true` or set CHAOS_ENABLED=true',
      );
    if (stop.engaged) throw new ChaosError('CHAOS_EMERGENCY_STOPPED', `the emergency stop is engaged: ${stop.reason}`);
    if (!safety.requireHealthy) return;
    const opinion = healthOpinion(await health());
    if (!opinion.allowed) throw refusedRun(opinion);
  }
}

function refusedRun({ rule, value, limit, reason, remedy }: Refusal): ChaosError {
  const message = `the run was refused by rule "${rule}": ${reason} (is ${value}, limit ${limit})`;
  return new ChaosError('CHAOS_GUARD_REFUSED', message, { details: { rule, value, limit, reason, remedy } });
}
