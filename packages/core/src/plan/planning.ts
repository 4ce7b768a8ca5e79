import { isChaosError, plainMessage } from '../errors.ts';
import type { FaultStep, Step } from '../experiment/experiment.ts';
import { resolveObject, resolveTemplates, type TemplateScope } from '../experiment/template.ts';
import type { ExperimentValues } from '../experiment/values.ts';
import { has } from '../fault/injector.ts';
import type { Json } from '../json.ts';
import { seededRandom } from '../random.ts';
import type { Registry } from '../registry.ts';
import { pickStream } from '../target/pick-stream.ts';
import { resolveTargets } from '../target/resolve.ts';
import type { PlannedOutcome, PlannedStep, PlannedTargets } from './experiment-plan.ts';
import { knownMembers, openReferences, prospectOf } from './known-values.ts';
import { oneLook } from './one-look.ts';
import { planFaults } from './plan-faults.ts';
import type { PlanHost, PlanOptions } from './plan-host.ts';
import { PlannedWorld } from './planned-world.ts';
import type { Scheduled } from './schedule.ts';

type LoadStep = Extract<Step, { readonly kind: 'load' }>;

interface Answer<Ready extends object> {
  readonly depends: readonly string[];
  readonly outcome: PlannedOutcome<Ready>;
}

const READY = { state: 'ready' } as const;

export interface PlanningParts {
  readonly values: ExperimentValues;
  readonly options: PlanOptions;
  readonly host: PlanHost;
  /** Milliseconds from the start of the run to the first step. */
  readonly start: number;
  /** Milliseconds from the start of the run to the end of the last step. */
  readonly end: number;
}

/** Goes through the acts of a schedule in the order of time, as the run would. */
export class Planning {
  readonly #parts: PlanningParts;
  readonly #world: PlannedWorld;
  readonly #sources: Pick<Registry, 'source' | 'query'>;
  readonly #outputs: Record<string, Json> = {};

  constructor(parts: PlanningParts) {
    this.#parts = parts;
    this.#world = new PlannedWorld(parts.host.world);
    this.#sources = oneLook(parts.host.registry);
  }

  async step(scheduled: Scheduled): Promise<PlannedStep> {
    const { step, iteration } = scheduled;
    const planned = { id: step.id, iteration, at: this.#parts.start + scheduled.at };
    switch (step.kind) {
      case 'fault': {
        const answer = await this.#answer(scheduled, () => this.#fault(step, scheduled));
        return { ...planned, ...this.#faultFacts(step), ...answer };
      }
      case 'delay':
        return { ...planned, kind: 'delay', delay: step.delay, ...(await this.#answer(scheduled, async () => READY)) };
      case 'probe':
        return { ...planned, kind: 'probe', probe: step.probe, ...(await this.#answer(scheduled, async () => READY)) };
      case 'load': {
        const answer = await this.#answer(scheduled, () => this.#load(step, scheduled));
        const options = this.#shown(step.options);
        return { ...planned, kind: 'load', type: step.type, options, for: step.for ?? null, ...answer };
      }
    }
  }

  get #scope(): TemplateScope {
    const { configuration, secrets } = this.#parts.values;
    return { configuration, secrets, outputs: this.#outputs };
  }

  /** What stands in the way of a step is its outcome, not an error of the plan. */
  async #answer<Ready extends object>(
    scheduled: Scheduled,
    act: () => Promise<PlannedOutcome<Ready>>,
  ): Promise<Answer<Ready>> {
    try {
      const prospect = prospectOf(scheduled, this.#scope);
      const outcome: PlannedOutcome<Ready> = prospect.carriedOut
        ? await act()
        : { state: 'skipped', reason: prospect.reason };
      if (outcome.state === 'skipped') this.#outputs[scheduled.step.id] = { skipped: outcome.reason };
      return { depends: prospect.carriedOut ? prospect.depends : [], outcome };
    } catch (thrown) {
      this.#parts.host.world.signal.throwIfAborted();
      if (!isChaosError(thrown)) throw thrown;
      return { depends: [], outcome: { state: 'impossible', code: thrown.code, reason: plainMessage(thrown) } };
    }
  }

  #faultFacts({ type, target, params }: FaultStep) {
    const fault = this.#parts.host.registry.fault(type);
    const { kind, query, pick, onEmpty } = target;
    return {
      kind: 'fault',
      type,
      risk: fault.risk ?? 'medium',
      momentary: has(fault, 'momentary'),
      selector: { [kind]: query, pick, onEmpty },
      params: this.#shown(params),
    } as const;
  }

  async #fault(step: FaultStep, { path, iteration, at }: Scheduled): Promise<PlannedOutcome<PlannedTargets>> {
    const { host, options, start, end } = this.#parts;
    const open = openReferences([step.target.query, step.params], this.#scope);
    if (open.length > 0) return { state: 'deferred', reason: `${open.join(', ')} is known only during the run` };
    const query = resolveTemplates(step.target.query, this.#scope, [...path, 'target', step.target.kind]);
    const written = resolveObject(step.params, this.#scope, [...path, 'params']);
    const fault = host.registry.fault(step.type);
    const params = host.registry.params(fault, written);
    const { clock, log, world } = host;
    const found = await resolveTargets(
      { ...step.target, query },
      this.#sources,
      pickStream(options.seed, step.id, iteration),
      {
        signal: world.signal,
        clock,
        log,
      },
    );
    const { targets, matched, explanation } = found;
    if (targets.length === 0) return { state: 'skipped', reason: explanation };
    const from = start + at;
    const until = Math.min(step.for === undefined ? end : from + step.for, from + host.maxHold);
    const random = seededRandom(options.seed).fork(`plan/${step.id}`);
    const picked = { step, fault, targets, written, params, at: from, until, random };
    const faults = await planFaults(picked, this.#world, host, options);
    this.#outputs[step.id] = { targets: targets.map((target) => ({ ...target })) };
    return { state: 'ready', matched, explanation, faults };
  }

  async #load(step: LoadStep, { path }: Scheduled): Promise<PlannedOutcome> {
    const { registry } = this.#parts.host;
    const open = openReferences(step.options, this.#scope);
    if (open.length > 0) return { state: 'deferred', reason: `${open.join(', ')} is known only during the run` };
    registry.loadOptions(registry.load(step.type), resolveObject(step.options, this.#scope, [...path, 'load']));
    return READY;
  }

  /** For people: what is known filled in, what leads nowhere as it is written; the outcome tells of that. */
  #shown(value: FaultStep['params']): FaultStep['params'] {
    return knownMembers(value, this.#scope);
  }
}
