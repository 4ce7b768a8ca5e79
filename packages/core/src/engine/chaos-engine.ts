import { ChaosError } from '../errors.ts';
import type { AnyChaosEvent, ChaosEvents } from '../event/chaos-events.ts';
import type { EventListener, EventPattern } from '../event/emitter.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { ExperimentInput, FaultInput, Plugins } from '../experiment/input.ts';
import { parseExperiment, parseFault } from '../experiment/parse-experiment.ts';
import type { JsonObject } from '../json.ts';
import type { ExperimentPlan } from '../plan/experiment-plan.ts';
import { planExperiment } from '../plan/plan-experiment.ts';
import { freshSeed, seededRandom } from '../random.ts';
import type { Run } from '../run/run.ts';
import type { MonkeyPlan } from '../schedule/monkey.ts';
import type { ReplayOptions } from '../schedule/replay.ts';
import type { ScheduleHandle } from '../schedule/schedule-handle.ts';
import { Schedules } from '../schedule/schedules.ts';
import { prepareStateFolder } from '../state/state-folder.ts';
import { resolveTargets } from '../target/resolve.ts';
import { EmergencyStop, type StopResult } from './emergency-stop.ts';
import { engineClosed } from './engine-closed.ts';
import type { EngineOptions } from './engine-options.ts';
import { type EngineParts, engineParts } from './engine-parts.ts';
import { type EngineStatus, engineStatus } from './engine-status.ts';
import { FaultHandle } from './fault-handle.ts';
import { hindrance } from './hindrance.ts';
import { type OpenEngine, openEngine } from './open-engine.ts';
import { sharePartsOf } from './parts-of.ts';
import { planHostOf } from './plan-host-of.ts';
import { Runs } from './runs.ts';

export interface ActOptions {
  /** Aborting stops the injection, or the run, and reverts. */
  readonly signal?: AbortSignal;
  /** Who asked; goes into events, approvals and the ledger. */
  readonly actor?: string;
}

export interface RunOptions extends ActOptions {
  /** Whole number from 0, in place of the experiment's own or a fresh one: the same seed picks the same targets. */
  readonly seed?: number;
}

type Life =
  | { readonly phase: 'new' }
  | { readonly phase: 'starting'; readonly opening: Promise<OpenEngine> }
  | { readonly phase: 'started'; readonly open: OpenEngine }
  | { readonly phase: 'closed' };

const INTERRUPTIONS = {
  stale: 'the event loop was stalled for longer than the lease and the guardian took over',
  signal: 'the process was told to end',
  'guardian-lost': 'the guardian died and could not be re-armed',
} as const;

const NOTHING_LIVE = { active: [], recent: [] };
const NEVER = new AbortController().signal;

/**
 * The engine: injects faults, holds them, reverts them and proves both. Owns one state folder from start() to close().
 * Every method throws ChaosErrors only.
 */
export class ChaosEngine<const Ps extends Plugins = readonly []> implements AsyncDisposable {
  readonly plugins: Ps;
  readonly #parts: EngineParts;
  readonly #runs: Runs;
  readonly #stop: EmergencyStop;
  readonly #schedules: Schedules;
  #life: Life = { phase: 'new' };
  #closing: Promise<void> | undefined;

  /** Checks the options and plugins; touches nothing. Throws `CHAOS_OPTIONS_INVALID`, `CHAOS_PLUGIN_INVALID`. */
  constructor(options: EngineOptions<Ps>) {
    this.plugins = options.plugins;
    this.#parts = engineParts(options);
    sharePartsOf(this, this.#parts);
    this.#parts.hub.on('*', (event) => this.#parts.ledger?.record(event));
    this.#runs = new Runs(this.#parts);
    const { clock, hub } = this.#parts;
    this.#schedules = new Schedules({
      host: {
        clock,
        emit: hub.emit,
        experimentOf: (runId) => this.#runs.experimentOf(runId),
        parse: (input) => this.parse(input),
        plan: (experiment, order) => this.plan(experiment, order),
        run: (experiment, order) => this.run(experiment, order),
        hindrance: () => hindrance(this.#parts, this.#open),
      },
      recent: () => hub.recent(),
    });
    this.#stop = new EmergencyStop({
      parts: this.#parts,
      open: () => this.#open,
      abortRuns: (reason) => this.#runs.abortAll('emergency-stop', reason),
    });
  }

  /**
   * Takes the state folder, reverts orphans of a former life, arms the guardian. After a stall (`CHAOS_ENGINE_STALE`) it
   * takes work again. Idempotent. Throws `CHAOS_STATE_LOCKED` naming the process that owns the folder.
   */
  async start(): Promise<this> {
    const life = this.#life;
    if (life.phase === 'closed') throw engineClosed();
    if (life.phase === 'started') await life.open.session.refresh();
    else await (life.phase === 'starting' ? life.opening : this.#begin());
    return this;
  }

  /**
   * Injects one fault into exactly one target and proves that it took effect. Alive as long as the handle's scope, at
   * most `for` or `safety.maxHold`. Throws when a guard refuses, or when no effect can be proven (reverted then).
   */
  async inject(fault: FaultInput<Ps>, options: ActOptions = {}): Promise<FaultHandle> {
    const { door } = this.#started();
    const step = parseFault(fault, this.#parts.registry);
    const random = seededRandom(freshSeed());
    const signal = options.signal ?? NEVER;
    const { clock, log, registry } = this.#parts;
    const { targets } = await resolveTargets(step.target, registry, random.fork('pick'), { signal, clock, log });
    const [target, ...others] = targets;
    if (target === undefined || others.length > 0) throw notOne(targets.length);
    const request = {
      type: step.type,
      target,
      params: step.params,
      ...(step.for === undefined ? {} : { for: step.for }),
    };
    const entrance = { signal, random: random.fork('fault'), actor: options.actor, health: async () => [] };
    return new FaultHandle(await door.enter(request, entrance));
  }

  /** Runs `body` while the fault is live; reverts and proves afterwards, also when `body` throws. */
  async during<Result>(
    fault: FaultInput<Ps>,
    body: (fault: FaultHandle) => Promise<Result> | Result,
    options: ActOptions = {},
  ): Promise<Result> {
    await using handle = await this.inject(fault, options);
    return await body(handle);
  }

  /**
   * Runs an experiment: steady state, faults, recovery, verdict. Throws at once for invalid input or too many runs;
   * everything else ends in `run.report` with a verdict.
   */
  run(experiment: ExperimentInput<Ps> | Experiment, options: RunOptions = {}): Run {
    const { door } = this.#started();
    return this.#runs.begin(this.parse(experiment), door, options);
  }

  /**
   * Dry run: exact targets, order, leases, every guard's opinion. Touches nothing; works before start() too. Throws
   * `CHAOS_EXPERIMENT_INVALID`, `CHAOS_CONFIGURATION_MISSING`.
   */
  async plan(experiment: ExperimentInput<Ps> | Experiment, options: RunOptions = {}): Promise<ExperimentPlan> {
    const parsed = this.parse(experiment);
    const live = this.#open?.session.live ?? NOTHING_LIVE;
    const host = planHostOf(this.#parts, live, options.signal ?? NEVER);
    const seed = options.seed ?? parsed.seed ?? freshSeed();
    return await planExperiment(parsed, { seed, actor: options.actor }, host);
  }

  /**
   * Hands over a schedule, `monkey({ … })`. It goes on until it is stopped or the engine closes; off unless it says
   * `enabled`. Throws `CHAOS_SCHEDULE_INVALID`, `CHAOS_EXPERIMENT_INVALID`.
   */
  schedule(plan: MonkeyPlan<Ps>): ScheduleHandle {
    this.#started();
    return this.#schedules.begin(plan);
  }

  /**
   * Repeats what was recorded under the id of a schedule or of a run: the same deeds with the same seeds on the same
   * targets at the same offsets from now on. Of a run that a schedule began, the schedule is repeated; of any other, the
   * run. A pick that would hit other targets than recorded is skipped, and said so. Throws `CHAOS_SCHEDULE_INVALID`.
   */
  async replay(id: string, options: ReplayOptions<Ps> = {}): Promise<ScheduleHandle> {
    this.#started();
    return await this.#schedules.replay(id, options);
  }

  /** The runs that are on, whoever began them: schedules, drills and suites too. */
  get runs(): readonly Run[] {
    return this.#runs.running;
  }

  /** Untyped input (object, JSON or YAML text) to an experiment, or `CHAOS_EXPERIMENT_INVALID` with paths. */
  parse(input: unknown): Experiment {
    return parseExperiment(input, this.#parts.registry);
  }

  /** A line of the host's own among the engine's events. */
  log(message: string, data: JsonObject = {}): void {
    this.#parts.hub.emit('host:log', { message, data });
  }

  /** What the host's own detector, healer or tracker did: makes `timeToDetect` and drill gates possible. */
  signal(signal: {
    readonly kind: ChaosEvents['host:signal']['kind'];
    readonly name: string;
    readonly data?: JsonObject;
  }): void {
    const { kind, name, data = {} } = signal;
    this.#parts.hub.emit('host:signal', { kind, name, data });
  }

  /**
   * Reverts everything at once, refuses new work, survives restarts, until release(). Resolves with what was reverted
   * and what could not be proven. Works before start() too.
   */
  async emergencyStop(reason: string, options: Pick<ActOptions, 'actor'> = {}): Promise<StopResult> {
    await prepareStateFolder(this.#parts.folder);
    return await this.#stop.engage(reason, options.actor ?? null);
  }

  /** Lifts the emergency stop. The reason is kept in the history beside it. */
  async release(reason: string, options: Pick<ActOptions, 'actor'> = {}): Promise<void> {
    const { latch, hub } = this.#parts;
    if (!latch.state.engaged) return;
    await latch.release(reason, options.actor ?? null);
    hub.emit('emergency:released', { reason });
  }

  status(): EngineStatus {
    const schedules = this.#schedules.all;
    return engineStatus(this.#parts, this.#life.phase, this.#open, { runs: this.#runs.all, schedules });
  }

  /** The last 1,000 events, oldest first; with `after`, only those of a higher sequence. */
  recent(after?: number): readonly AnyChaosEvent[] {
    return this.#parts.hub.recent(after);
  }

  /** Calls back on every event of this type, or of any type with `'*'`. What a listener does cannot hurt the engine. */
  on<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): Disposable {
    return this.#parts.hub.on(pattern, listener);
  }

  once<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): Disposable {
    return this.#parts.hub.once(pattern, listener);
  }

  off<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): void {
    this.#parts.hub.off(pattern, listener);
  }

  /**
   * Ends every run, reverts every fault, dismisses the guardian, gives the state folder back. Throws
   * `CHAOS_FAULT_LEAKED` when something could not be proven undone: the guardian, or the next start(), goes on with it.
   * Whoever calls it again waits until that is over, and is told nothing more.
   */
  async close(): Promise<void> {
    if (this.#closing !== undefined) return await this.#closing.catch(() => undefined);
    this.#closing = this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const life = this.#life;
    const open = life.phase === 'starting' ? await life.opening : life.phase === 'started' ? life.open : undefined;
    this.#life = { phase: 'closed' };
    this.#stop.disarm();
    await this.#schedules.stopAll('the engine was closed');
    await this.#runs.abortAll('engine-closed', 'the engine was closed');
    const result = await open?.session.close();
    for (const plugin of this.plugins) await plugin.close?.();
    if (open !== undefined) this.#parts.hub.emit('engine:closed', { reverted: result?.ended ?? 0 });
    this.#parts.hub.close();
    await this.#parts.ledger?.flush();
    const [leaked] = result?.leaked ?? [];
    if (leaked === undefined) return;
    throw new ChaosError(
      'CHAOS_FAULT_LEAKED',
      `${leaked.type} on ${leaked.target.name} could not be proven undone at close`,
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #open(): OpenEngine | undefined {
    return this.#life.phase === 'started' ? this.#life.open : undefined;
  }

  async #begin(): Promise<void> {
    const opening = openEngine(this.#parts, (code) => void this.#runs.abortAll(code, INTERRUPTIONS[code]));
    this.#life = { phase: 'starting', opening };
    try {
      this.#life = { phase: 'started', open: await opening };
    } catch (error) {
      this.#life = { phase: 'new' };
      throw error;
    }
    this.#stop.arm();
  }

  #started(): OpenEngine {
    if (this.#life.phase === 'started') return this.#life.open;
    if (this.#life.phase === 'closed') throw engineClosed();
    throw new ChaosError(
      'CHAOS_ENGINE_NOT_STARTED',
      'expected `await engine.start()` to have finished before this call',
    );
  }
}

function notOne(count: number): ChaosError {
  return new ChaosError(
    'CHAOS_TARGET_AMBIGUOUS',
    `expected exactly one target for inject(), got ${count}. Say pick: 1, or use run() for several.`,
  );
}
