import { type Clock, messageOf } from '@bridge/chaos-core';
import type { ChaosToolkitExperiment, Entry } from '../experiment/experiment.ts';
import { pyStr } from '../python/repr.ts';
import { substitute, type Variables } from '../python/template.ts';
import { toJsonObject } from '../python/value.ts';
import type { ActivityRunner } from './activity-runner.ts';
import type { Conduct } from './conduct.ts';
import type { Controls, Hooks } from './controls.ts';
import type { FaultKeeper } from './fault-keeper.ts';
import type { Finding } from './finding.ts';
import { checkHypothesis, hasFailedProbe } from './hypothesis-runner.ts';
import { Interruption } from './interruption.ts';
import {
  type HypothesisState,
  type Journal,
  type JournalEntry,
  type JournalStatus,
  journalHead,
  timestamp,
} from './journal.ts';
import type { DryMode, HypothesisStrategy, RollbackStrategy } from './options.ts';

export interface ExperimentRunOptions {
  readonly experiment: ChaosToolkitExperiment;
  readonly variables: Variables;
  readonly activities: ActivityRunner;
  readonly controls: Controls;
  readonly faults: FaultKeeper;
  readonly conduct: Conduct;
  readonly hypothesisStrategy: HypothesisStrategy;
  readonly rollbackStrategy: RollbackStrategy;
  /** Milliseconds between two checks while the method runs. */
  readonly frequency: number;
  /** Milliseconds in which the steady state must be back after the rollbacks. */
  readonly restoredWithin: number;
  readonly failFast: boolean;
  readonly failFastRatio: number;
  readonly dry: DryMode | undefined;
  readonly clock: Clock;
  readonly findings: Finding[];
}

/** How far a run came and what it found, before it is a journal. */
export interface RunState {
  status: JournalStatus | null;
  deviated: boolean;
  before: HypothesisState | null;
  after: HypothesisState | null;
  readonly during: HypothesisState[];
  run: JournalEntry[];
  rollbacks: JournalEntry[];
  interruption: Interruption | undefined;
  methodStarted: boolean;
}

const BEFORE: readonly HypothesisStrategy[] = ['default', 'before-method-only', 'continuously'];
const DURING: readonly HypothesisStrategy[] = ['during-method-only', 'continuously'];
const AFTER: readonly HypothesisStrategy[] = ['default', 'after-method-only', 'continuously'];
const OVER: readonly (JournalStatus | null)[] = ['aborted', 'failed', 'interrupted'];

/** One run of an experiment, from the first control to the journal. */
export class ExperimentRun {
  readonly #options: ExperimentRunOptions;
  readonly #ending = new AbortController();
  readonly #harsh = new AbortController();
  readonly state: RunState = {
    status: null,
    deviated: false,
    before: null,
    after: null,
    during: [],
    run: [],
    rollbacks: [],
    interruption: undefined,
    methodStarted: false,
  };

  constructor(options: ExperimentRunOptions) {
    this.#options = options;
  }

  /** Ends the run early: what runs in the foreground is cut off, rollbacks follow the strategy. */
  interrupt(interruption: Interruption): void {
    if (interruption.harsh || this.#options.conduct.cutsBackground) this.#harsh.abort(interruption);
    this.#ending.abort(interruption);
  }

  /** Throws CrashError where Chaos Toolkit dies without a journal. */
  async run(): Promise<Journal> {
    const { experiment, variables, controls, clock } = this.#options;
    const title = pyStr(substitute(experiment.title, variables));
    const start = timestamp(clock);
    const started = clock.now();
    await controls.configure();
    try {
      const hooks = controls.at('experiment', experiment.raw, experiment.controls);
      await this.#untilInterrupted(hooks);
      await this.#rollBack();
      await this.#restore();
      const { status, deviated, before, after, during, run, rollbacks } = this.state;
      const journal: Journal = {
        ...journalHead(),
        experiment: { ...toJsonObject(experiment.raw), title, dry: this.#options.dry ?? null },
        start,
        status: status ?? 'completed',
        deviated,
        steady_states: { before, after, during },
        run,
        rollbacks,
        end: timestamp(clock),
        duration: (clock.now() - started) / 1000,
      };
      await hooks.afterwards(journal);
      return journal;
    } finally {
      await controls.cleanUp();
    }
  }

  /** Reverts the faults of this SDK; in mode strict looks whether the steady state came back. */
  async #restore(): Promise<void> {
    const { faults, conduct, clock, frequency, restoredWithin, findings } = this.#options;
    const wasBroken = this.state.rollbacks.length > 0 || faults.injected > 0;
    await faults.revertAll();
    if (!conduct.looksAfterwards || !wasBroken || !this.state.before?.steady_state_met) return;
    const { signal } = new AbortController();
    const end = clock.now() + restoredWithin;
    for (let reason = await this.#deviation(signal); reason !== undefined; reason = await this.#deviation(signal)) {
      if (clock.now() >= end) {
        findings.push(conduct.notRestored(restoredWithin, reason));
        return;
      }
      await clock.sleep(Math.min(frequency, 1_000));
    }
  }

  /** Why the steady state is not proven; undefined when it is. A check that breaks off proves nothing. */
  async #deviation(signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await this.#check(signal)).steady_state_met ? undefined : 'a probe is not within its tolerance';
    } catch (error) {
      return messageOf(error);
    }
  }

  async #untilInterrupted(hooks: Hooks): Promise<void> {
    try {
      await hooks.beforehand();
      this.#ending.signal.throwIfAborted();
      await this.#play();
    } catch (error) {
      if (error instanceof Interruption) return this.#interrupted(error);
      const { conduct, findings } = this.#options;
      findings.push(conduct.checkCrash(error));
      this.state.status = 'aborted';
    }
  }

  #interrupted(interruption: Interruption): void {
    this.state.status = 'interrupted';
    this.state.interruption = interruption;
  }

  async #play(): Promise<void> {
    const { hypothesisStrategy: strategy, experiment } = this.#options;
    const checked = strategy !== 'skip' && (experiment.hypothesis?.probes.length ?? 0) > 0;
    if (checked && BEFORE.includes(strategy) && !(await this.#passesGate())) return;
    const done = await this.#whileChecked(checked && DURING.includes(strategy), () => this.#playMethod());
    const { status } = this.state;
    if (status === 'interrupted' || status === 'aborted' || !done) return;
    if (checked && AFTER.includes(strategy)) await this.#checkDeviation();
  }

  async #check(signal: AbortSignal): Promise<HypothesisState> {
    const { hypothesis } = this.#options.experiment;
    if (hypothesis === undefined) return { steady_state_met: true, probes: [] };
    return await checkHypothesis({ ...this.#options, hypothesis }, signal);
  }

  async #passesGate(): Promise<boolean> {
    const before = await this.#check(this.#ending.signal);
    this.state.before = before;
    if (before.steady_state_met) return true;
    this.state.status = hasFailedProbe(before) ? 'failed' : this.#options.conduct.gateMiss;
    return false;
  }

  async #checkDeviation(): Promise<void> {
    const after = await this.#check(this.#ending.signal);
    this.state.after = after;
    if (after.steady_state_met) return;
    this.state.deviated = true;
    this.state.status = hasFailedProbe(after) ? 'failed' : 'completed';
  }

  /** Checks the steady state again and again beside the body. */
  async #whileChecked<Result>(wanted: boolean, body: () => Promise<Result>): Promise<Result> {
    if (!wanted) return await body();
    const stop = new AbortController();
    const checking = this.#checkContinuously(stop.signal);
    try {
      return await body();
    } finally {
      stop.abort();
      await checking;
    }
  }

  async #checkContinuously(stop: AbortSignal): Promise<void> {
    const { clock, frequency, findings, conduct } = this.#options;
    try {
      for (let failed = 0, count = 1; !stop.aborted && !OVER.includes(this.state.status); count += 1) {
        const state = await this.#check(this.#ending.signal);
        this.state.during.push(state);
        if (!state.steady_state_met) {
          failed += 1;
          if (this.#failsFast((failed * 100) / count)) return;
        }
        await clock.sleep(frequency, { signal: stop }).catch(() => {});
      }
    } catch (error) {
      if (error instanceof Interruption) return this.#interrupted(error);
      this.state.status = 'aborted';
      findings.push(conduct.crash('steady-state-hypothesis', messageOf(error)));
    }
  }

  #failsFast(percentage: number): boolean {
    const { failFast, failFastRatio } = this.#options;
    if (!failFast || percentage < failFastRatio) return false;
    this.state.status = 'failed';
    return true;
  }

  /** False when the method broke off for a reason Chaos Toolkit does not know. */
  async #playMethod(): Promise<boolean> {
    const { experiment, controls, conduct, findings } = this.#options;
    this.state.methodStarted = true;
    const own = experiment.controls;
    try {
      await controls.around('method', experiment.raw, own, async (withState) => {
        withState(this.state.run);
        await this.#playAll(experiment.method, this.state.run, (entry, path) => {
          const finding = conduct.methodFailure(entry, path);
          if (finding !== undefined) {
            findings.push(finding);
            this.state.status = 'failed';
          }
          return OVER.includes(this.state.status);
        });
      });
      return true;
    } catch (error) {
      if (error instanceof Interruption) throw error;
      this.state.status = 'aborted';
      findings.push(conduct.crash('method', messageOf(error)));
      return false;
    }
  }

  /** One after the other; those in the background are waited for at the end, also when the foreground was cut off. */
  async #playAll(
    entries: readonly Entry[],
    list: JournalEntry[],
    isOver: (done: JournalEntry | undefined, path: string) => boolean,
  ): Promise<void> {
    const background: Promise<unknown>[] = [];
    try {
      for (const entry of entries) {
        this.#ending.signal.throwIfAborted();
        if (!entry.background) {
          const { entry: done } = await this.#options.activities.run(entry, list, this.#ending.signal);
          const over = isOver(done, entry.path);
          // One that could not be cut off has failed instead.
          if (done.status === 'failed') this.#ending.signal.throwIfAborted();
          if (over) break;
          continue;
        }
        const running = this.#options.activities.run(entry, list, this.#harsh.signal);
        // Like a future nobody asks: what it throws is seen in its entry only.
        background.push(
          running.then(
            ({ entry: done }) => isOver(done, entry.path),
            () => {},
          ),
        );
        if (isOver(undefined, entry.path)) break;
      }
    } finally {
      await Promise.all(background);
    }
  }

  async #rollBack(): Promise<void> {
    const { conduct, rollbackStrategy, experiment, controls } = this.#options;
    if (!conduct.playsRollbacks(rollbackStrategy, this.state)) return;
    const signal =
      conduct.rollbacksGoOn || this.state.interruption !== undefined
        ? new AbortController().signal
        : this.#ending.signal;
    try {
      await controls.around('rollback', experiment.raw, experiment.controls, async (withState) => {
        withState(this.state.rollbacks);
        await this.#playRollbacks(experiment.rollbacks, signal);
      });
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
      this.#interrupted(error);
    }
  }

  async #playRollbacks(rollbacks: readonly Entry[], signal: AbortSignal): Promise<void> {
    const { activities, conduct, findings } = this.#options;
    const background: Promise<unknown>[] = [];
    for (const entry of rollbacks) {
      signal.throwIfAborted();
      const running = activities.run(entry, this.state.rollbacks, signal);
      const looked = running.then(
        ({ entry: done }) => findings.push(...conduct.rollbackFailure(done, entry.path)),
        (error: unknown) => findings.push(...conduct.rollbackCrash(error, entry.path)),
      );
      if (entry.background) background.push(looked);
      else await looked;
    }
    await Promise.all(background);
  }
}
