import { evaluateCondition } from '../experiment/condition.ts';
import type { FaultStep, Selector, Step } from '../experiment/experiment.ts';
import { resolveObject, resolveTemplates, type TemplateScope } from '../experiment/template.ts';
import type { Json, JsonObject } from '../json.ts';
import { seededRandom } from '../random.ts';
import { pickStream } from '../target/pick-stream.ts';
import { resolveTargets } from '../target/resolve.ts';
import type { Target } from '../target/target.ts';
import { checkOnce } from './check-once.ts';
import type { HeldFault } from './fault-port.ts';
import type { HeldFaults } from './held-faults.ts';
import type { MarkBoard } from './mark-board.ts';
import { lostByRestart, nextIncarnation } from './reapplication.ts';
import type { RunHost, RunOrder } from './run-host.ts';
import type { RunningLoads } from './running-loads.ts';
import type { SampledProbe } from './sampler.ts';
import { unlessAborted } from './unless-aborted.ts';

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** What the steps of one run work with. */
export interface StepWorld {
  readonly host: RunHost;
  readonly order: RunOrder;
  readonly held: HeldFaults;
  readonly loads: RunningLoads;
  readonly marks: MarkBoard;
  readonly probes: readonly SampledProbe[];
  readonly values: Pick<TemplateScope, 'configuration' | 'secrets'>;
}

/** One for all runs: a fresh one would capture a stack that nobody looks at. */
const ALL_DONE = new Error('all steps are done');

/** Which round of each repeat around a step, from 0, outermost first. */
type Iteration = readonly number[];

/** A controller that is aborted with the signal, too. Neither outlives the run, so the listener may stay. */
function endsWith(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return controller;
}

/** Carries out the steps of a method. The first one that fails ends the others. */
export class StepRunner {
  readonly #world: StepWorld;
  readonly #outputs: Record<string, Json> = {};
  /** The run was aborted, or a step failed. */
  readonly #failure: AbortController;
  /** Faults without a time of their own, looked after until all steps are done. */
  readonly #followed: Promise<void>[] = [];
  /** That, or all steps are done. */
  readonly #done: AbortController;
  #injections = 0;

  constructor(world: StepWorld, signal: AbortSignal) {
    this.#world = world;
    this.#failure = endsWith(signal);
    this.#done = endsWith(this.#failure.signal);
  }

  get #signal(): AbortSignal {
    return this.#failure.signal;
  }

  /** All steps of the method. */
  async run(steps: readonly Step[]): Promise<void> {
    try {
      await this.#serial(steps);
    } finally {
      this.#done.abort(ALL_DONE);
      await Promise.all(this.#followed);
    }
    this.#signal.throwIfAborted();
  }

  async #serial(steps: readonly Step[], iteration: Iteration = []): Promise<void> {
    for (const step of steps) await this.#run(step, iteration);
  }

  async #run(step: Step, iteration: Iteration): Promise<void> {
    this.#signal.throwIfAborted();
    const { host, order } = this.#world;
    if (step.when !== undefined) {
      const { holds, reason } = evaluateCondition(step.when, this.#scope);
      if (!holds) return this.#skip(step, reason);
    }
    host.hub.emit('step:started', { step: step.id }, order.id);
    await this.#act(step, iteration);
    host.hub.emit('step:finished', { step: step.id }, order.id);
  }

  #act(step: Step, iteration: Iteration): Promise<void> {
    switch (step.kind) {
      case 'fault':
        return this.#fault(step, iteration);
      case 'serial':
        return this.#serial(step.steps, iteration);
      case 'parallel':
        return this.#parallel(step.steps, iteration);
      case 'repeat':
        return this.#repeat(step, iteration);
      case 'delay':
        return this.#sleep(step.delay);
      case 'probe':
        return this.#probe(step);
      case 'load':
        return this.#load(step);
    }
  }

  async #parallel(steps: readonly Step[], iteration: Iteration): Promise<void> {
    const branches = steps.map(async (step) => {
      try {
        await this.#run(step, iteration);
      } catch (error) {
        this.#failure.abort(error);
      }
    });
    await Promise.all(branches);
    this.#signal.throwIfAborted();
  }

  async #repeat({ times, steps }: StepOf<'repeat'>, iteration: Iteration): Promise<void> {
    for (let round = 0; round < times; round += 1) await this.#serial(steps, [...iteration, round]);
  }

  async #probe({ id, probe: name }: StepOf<'probe'>): Promise<void> {
    const { clock, log, hub: events } = this.#world.host;
    const probe = this.#world.probes.find((candidate) => candidate.name === name);
    if (probe !== undefined) this.#outputs[id] = await checkOnce(probe, { clock, log, events }, this.#signal);
  }

  async #load(step: StepOf<'load'>): Promise<void> {
    const { loads } = this.#world;
    await loads.start(step.id, step.type, resolveObject(step.options, this.#scope), this.#signal);
    this.#outputs[step.id] = { running: true };
    if (step.for === undefined) return;
    await this.#sleep(step.for);
    this.#outputs[step.id] = { running: false, done: await loads.stop(step.id) };
  }

  async #fault(step: FaultStep, iteration: Iteration): Promise<void> {
    const targets = await this.#targets(step, iteration);
    if (targets.length === 0) return;
    const params = resolveObject(step.params, this.#scope);
    const held: HeldFault[] = [];
    // One after the other: each is checked by the guards against those before it.
    for (const target of targets) held.push(await this.#inject(step, target, params));
    this.#outputs[step.id] = {
      targets: targets.map((target) => ({ ...target })),
      faults: held.map((fault) => ({ id: fault.id, target: fault.target.name })),
    };
    const kept = held.map((fault) => this.#keep(step, fault, params));
    if (step.for !== undefined) await Promise.all(kept);
    else this.#followed.push(...kept.map((one) => one.catch((error: unknown) => this.#failure.abort(error))));
  }

  async #targets(step: FaultStep, iteration: Iteration): Promise<readonly Target[]> {
    const { host, order } = this.#world;
    const { clock, log, registry } = host;
    const context = { signal: this.#signal, clock, log };
    const stream = pickStream(order.seed, step.id, iteration);
    const { targets, explanation } = await resolveTargets(this.#selector(step), registry, stream, context);
    if (targets.length === 0) this.#skip(step, explanation);
    return targets;
  }

  #selector({ target }: FaultStep): Selector {
    return { ...target, query: resolveTemplates(target.query, this.#scope) };
  }

  async #inject(step: FaultStep, target: Target, params: JsonObject): Promise<HeldFault> {
    const { order, held, marks } = this.#world;
    const hold = step.for === undefined ? {} : { for: step.for };
    const random = seededRandom(order.seed).fork(`fault/${this.#injections}/${step.id}`);
    this.#injections += 1;
    const { id: runId, actor } = order;
    const options = { signal: this.#signal, runId, random, actor };
    const fault = await held.inject(step.id, { type: step.type, target, params, ...hold }, options);
    marks.injected(fault.facts);
    return fault;
  }

  /** Until the fault has ended for good; nothing holds a momentary one, so that one lasts for its time. */
  async #keep(step: FaultStep, fault: HeldFault, params: JsonObject): Promise<void> {
    if (fault.momentary) return step.for === undefined ? undefined : this.#sleep(step.for);
    const { clock, registry, log } = this.#world.host;
    const { signal } = this.#done;
    const end = clock.now() + (step.for ?? Infinity);
    try {
      let held = fault;
      while (lostByRestart(await unlessAborted(held.ended, signal), step)) {
        const context = { signal, clock, log };
        const target = await nextIncarnation(held.target, { selector: this.#selector(step), registry, end, context });
        if (target === undefined) return;
        const left = step.for === undefined ? {} : { for: end - clock.now() };
        held = await this.#inject({ ...step, ...left }, target, params);
      }
    } catch (error) {
      // All steps are done: it is reverted with the others.
      if (this.#signal.aborted || !this.#done.signal.aborted) throw error;
    }
  }

  #sleep(delay: number): Promise<void> {
    return this.#world.host.clock.sleep(delay, { signal: this.#signal });
  }

  #skip(step: Step, reason: string): void {
    this.#outputs[step.id] = { skipped: reason };
    this.#world.host.hub.emit('step:skipped', { step: step.id, reason }, this.#world.order.id);
  }

  get #scope(): TemplateScope {
    return { ...this.#world.values, outputs: this.#outputs };
  }
}
