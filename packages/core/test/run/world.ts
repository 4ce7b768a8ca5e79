import {
  type ChaosError,
  type ChaosPlugin,
  createRedactor,
  defineFault,
  definePlugin,
  defineProbe,
  type FaultState,
  type LoadGenerator,
  type Proof,
  Registry,
  type RevertCause,
  silentLogger,
  type Target,
  type TargetSource,
} from '@bridge/chaos-core';
import * as z from 'zod';
import { EventHub } from '../../src/event/event-hub.ts';
import type { FaultFacts, FaultPort, FaultRequest, HeldFault, InjectOptions } from '../../src/run/fault-port.ts';
import { systemUsage } from '../../src/run/host-usage.ts';
import { inProcessSampler } from '../../src/run/in-process-sampler.ts';
import { coreJudge } from '../../src/run/judge.ts';
import type { RunHost } from '../../src/run/run-host.ts';
import { type VirtualClock, virtualClock } from '../../src/testkit/virtual-clock.ts';

/** A service of the small system that the runs of these tests break. All of it lives in memory, in virtual time. */
export interface Service {
  readonly name: string;
  started: number;
  up: boolean;
  /** Milliseconds until it answers. */
  latency: number;
  /** It answers, but wrongly. */
  wrong: boolean;
}

const params = z.object({
  latency: z.number().default(0),
  wrong: z.boolean().default(false),
  note: z.string().default(''),
});
const undo = z.object({ name: z.string(), latency: z.number(), wrong: z.boolean() });

/** Services, what can be done to them, and a port that does it for real, with the ways in which a port can go wrong. */
export class World {
  readonly clock: VirtualClock = virtualClock();
  readonly services = new Map<string, Service>();
  readonly log: string[] = [];
  /** Answers of the port, by fault type. */
  readonly misbehaviour: {
    rejects?: ChaosError;
    leaks?: boolean;
    hangs?: Promise<void>;
    loadHangs?: Promise<void>;
    onInject?: (service: Service) => void;
    onRevert?: (service: Service) => void;
  } = {};
  /** A supervisor starts a crashed service again after so many ms; null = there is none. */
  restartAfter: number | null = null;
  /** Faults that end when their service restarts. */
  readonly disturbances = new Set<HeldFault>();
  loadRunning = 0;
  #faults = 0;

  constructor(...names: string[]) {
    for (const name of names) this.services.set(name, { name, started: 0, up: true, latency: 5, wrong: false });
  }

  service(name: string): Service {
    const service = this.services.get(name);
    if (service === undefined) throw new Error(`there is no service ${name}`);
    return service;
  }

  targetOf(service: Service): Target {
    const { name, started } = service;
    return { kind: 'service', id: name, name, labels: { tier: name.split('-')[0] ?? '' }, startedAt: String(started) };
  }

  readonly port: FaultPort = { inject: (request, options) => this.#inject(request, options) };

  async #inject(request: FaultRequest, options: InjectOptions): Promise<HeldFault> {
    const requestedAt = this.clock.now();
    this.log.push(`inject ${request.type} ${request.target.name}`);
    await this.clock.sleep(10, { signal: options.signal });
    if (this.misbehaviour.rejects !== undefined) throw this.misbehaviour.rejects;
    await this.misbehaviour.hangs;
    const service = this.service(request.target.name);
    this.#faults += 1;
    const id = `fault-${this.#faults}`;
    const held =
      request.type === 'service.crash'
        ? new CrashedService(this, id, request, service, requestedAt)
        : new DisturbedService(this, id, request, service, requestedAt);
    this.misbehaviour.onInject?.(service);
    return held;
  }

  /** The service starts anew: what disturbed it is lost. */
  restart(name: string): void {
    const service = this.service(name);
    service.started = this.clock.now();
    for (const held of this.disturbances) {
      if (held.target.name === name) void held.revert('effect-lost');
    }
  }

  source(): TargetSource {
    const query = z.union([z.string(), z.object({ tier: z.string() })]);
    const matches = (service: Service, wanted: z.output<typeof query>): boolean =>
      typeof wanted === 'string' ? service.name === wanted : this.targetOf(service).labels['tier'] === wanted.tier;
    const source: TargetSource<'service', typeof query> = {
      kind: 'service',
      query,
      find: async (wanted) =>
        [...this.services.values()].filter((s) => matches(s, wanted)).map((service) => this.targetOf(service)),
      reread: async (target) => this.targetOf(this.service(target.name)),
      group: async (target) => [target],
    };
    return source;
  }

  plugin(): ChaosPlugin {
    // The port of these tests is the injector; the registry only needs to know the types.
    const verbs = {
      target: 'service',
      params,
      undo,
      survives: 'engine',
      settle: '1s',
      prepare: async () => ({ name: '', latency: 0, wrong: false }),
      inject: async () => {},
      revert: async () => {},
      observe: async () => 'absent' as const,
    } as const;
    const disturb = defineFault({ type: 'service.disturb', ...verbs });
    const crash = defineFault({ type: 'service.crash', ...verbs, momentary: true, ended: async () => true });
    return {
      ...definePlugin({
        name: 'services',
        module: import.meta.url,
        options: {},
        targets: [this.source()],
        faults: [disturb, crash],
        probes: [this.probe()],
      }),
      loads: [this.load()],
    };
  }

  probe() {
    return defineProbe({
      type: 'service',
      options: z.object({ service: z.string(), header: z.string().default('') }),
      open: async ({ service: name }, { clock }) => ({
        check: async (signal) => {
          const service = this.service(name);
          if (!service.up) throw new Error('connection refused');
          await clock.sleep(service.latency, { signal });
          return service.wrong ? { health: 'degraded', detail: 'wrong answer' } : { health: 'healthy', value: 200 };
        },
        close: async () => {},
      }),
    });
  }

  load(): LoadGenerator {
    return {
      type: 'requests',
      options: z.object({ rate: z.number() }),
      start: async () => {
        this.loadRunning += 1;
        return {
          stop: async () => {
            await this.misbehaviour.loadHangs;
            this.loadRunning -= 1;
            return { sent: 42 };
          },
        };
      },
    };
  }

  readonly redactor = createRedactor();

  host(changes: Partial<RunHost> = {}): RunHost {
    const { clock, redactor } = this;
    return {
      clock,
      log: silentLogger,
      redactor,
      hub: new EventHub({ clock, node: 'test', log: silentLogger, redactor }),
      registry: new Registry([this.plugin()]),
      faults: this.port,
      sampler: inProcessSampler(),
      judge: coreJudge(),
      usage: systemUsage,
      checkInterval: 250,
      abortGrace: 30_000,
      versions: { '@bridge/chaos-core': '0.1.0' },
      environment: {},
      admit: async () => {},
      ...changes,
    };
  }
}

abstract class Held {
  readonly type: string;
  readonly target: Target;
  abstract readonly momentary: boolean;
  state: FaultState;
  facts: FaultFacts;
  readonly world: World;
  readonly id: string;
  readonly service: Service;

  constructor(world: World, id: string, request: FaultRequest, service: Service, requestedAt: number) {
    this.world = world;
    this.id = id;
    this.service = service;
    this.type = request.type;
    this.target = request.target;
    const effect = this.proof('present');
    const at = effect.at;
    const removed = { removedAt: null, reversal: null, counters: null };
    this.facts = { requestedAt, acknowledgedAt: at, effectiveAt: at, effect, ...removed };
    this.state = { phase: 'active', effect };
  }

  proof(observation: Proof['observation']): Proof {
    return { observation, at: this.world.clock.now(), looks: 1 };
  }
}

class DisturbedService extends Held implements HeldFault {
  readonly momentary = false;
  readonly ended: Promise<FaultState>;
  readonly #before: Pick<Service, 'latency' | 'wrong'>;
  readonly #end = Promise.withResolvers<FaultState>();
  readonly #timer: Disposable | undefined;
  #reverting: Promise<FaultState> | undefined;

  constructor(world: World, id: string, request: FaultRequest, service: Service, requestedAt: number) {
    super(world, id, request, service, requestedAt);
    const { latency, wrong } = params.parse(request.params);
    this.#before = { latency: service.latency, wrong: service.wrong };
    Object.assign(service, { latency: service.latency + latency, wrong });
    this.ended = this.#end.promise;
    world.disturbances.add(this);
    if (request.for !== undefined) this.#timer = world.clock.timer(request.for, () => void this.revert('hold-over'));
  }

  revert(cause: RevertCause): Promise<FaultState> {
    this.#reverting ??= this.#revert(cause);
    return this.#reverting;
  }

  async restore(): Promise<FaultState> {
    return this.state;
  }

  async #revert(cause: RevertCause): Promise<FaultState> {
    this.#timer?.[Symbol.dispose]();
    this.world.log.push(`revert ${this.target.name} ${cause}`);
    await this.world.clock.sleep(10);
    if (this.world.misbehaviour.leaks) {
      this.state = { phase: 'leaked', cause, reason: 'still wrong' };
    } else {
      Object.assign(this.service, this.#before);
      const reversal = this.proof('absent');
      this.facts = { ...this.facts, removedAt: reversal.at, reversal };
      this.state = { phase: 'reverted', cause, reversal };
      this.world.misbehaviour.onRevert?.(this.service);
    }
    this.#end.resolve(this.state);
    return this.state;
  }
}

class CrashedService extends Held implements HeldFault {
  readonly momentary = true;
  readonly ended: Promise<FaultState>;

  constructor(world: World, id: string, request: FaultRequest, service: Service, requestedAt: number) {
    super(world, id, request, service, requestedAt);
    service.up = false;
    if (world.restartAfter !== null) world.clock.timer(world.restartAfter, () => this.#start());
    this.state = { phase: 'spent', effect: this.proof('present'), restoredByEngine: false };
    this.ended = Promise.resolve(this.state);
  }

  async revert(): Promise<FaultState> {
    return this.state;
  }

  async restore(): Promise<FaultState> {
    const restoredByEngine = !this.service.up;
    this.world.log.push(`restore ${this.target.name} ${restoredByEngine ? 'by the engine' : 'was back already'}`);
    if (restoredByEngine) this.#start();
    this.state = { phase: 'spent', effect: this.proof('present'), restoredByEngine };
    return this.state;
  }

  #start(): void {
    this.service.up = true;
    this.service.started = this.world.clock.now();
  }
}

/** Moves the clock from timer to timer until the promise settles, at most for so many virtual ms. */
export async function settle<Value>(clock: VirtualClock, promise: Promise<Value>, most = 30 * 60_000): Promise<Value> {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  promise.then(done, done);
  const until = clock.now() + most;
  while (!settled && clock.now() < until) await clock.next();
  if (!settled) throw new Error(`not settled within ${most} virtual ms`);
  return promise;
}
