import {
  type CardBody,
  type CardHead,
  ChaosEngine,
  type ChaosEvent,
  type ChaosEventType,
  coreJudge,
  defineFault,
  definePlugin,
  defineProbe,
  type EngineOptions,
  type Plugins,
  type TargetSource,
} from '@bridge/chaos-core';
import { memoryJournal, type VirtualClock, virtualClock } from '@bridge/chaos-core/testkit';
import * as z from 'zod';
import { World as Folder } from '../guardian/world.ts';

/** A service that lives in memory: really broken, really seen from outside, and nobody is harmed. */
export interface Service {
  up: boolean;
  /** What else breaks with it. */
  readonly breaks: string[];
}

/** A real engine with harmless faults in virtual time, and the detectors and healers of an imagined host. */
export class DrillWorld implements AsyncDisposable {
  readonly clock: VirtualClock;
  readonly services = new Map<string, Service>();
  readonly engine: ChaosEngine<Plugins>;
  readonly #folder: Folder;

  private constructor(folder: Folder, clock: VirtualClock, options: Partial<EngineOptions>) {
    this.#folder = folder;
    this.clock = clock;
    for (const name of ['api', 'cache', 'mail']) this.services.set(name, { up: true, breaks: [] });
    this.engine = new ChaosEngine({
      plugins: [this.#plugin()],
      armed: true,
      clock,
      state: folder.state,
      environment: 'test',
      guardian: 'none',
      journal: memoryJournal(),
      signals: false,
      judge: coreJudge({ leastRate: 0.5 }),
      ...options,
    });
  }

  static async make(options: Partial<EngineOptions> = {}): Promise<DrillWorld> {
    const world = new DrillWorld(await Folder.make(), virtualClock(), options);
    await world.engine.start();
    return world;
  }

  get folder(): string {
    return this.#folder.root;
  }

  service(name: string): Service {
    const service = this.services.get(name);
    if (service === undefined) throw new Error(`no service ${name}`);
    return service;
  }

  /** Runs virtual time until the work is done. */
  async through<Result>(work: Promise<Result>): Promise<Result> {
    let over = false;
    const done = (): void => {
      over = true;
    };
    work.then(done, done);
    while (!over) await this.clock.next();
    return work;
  }

  /** The host's detector and healer: after the effect, each after its own delay. */
  reacts(reactions: readonly { kind: 'trigger' | 'playbook' | 'task'; name: string; after: number }[]): Disposable {
    return this.engine.on('fault:effective', () => {
      for (const { kind, name, after } of reactions) {
        this.clock.timer(after, () => this.engine.signal({ kind, name, data: { target: 'api' } }));
      }
    });
  }

  events<Type extends ChaosEventType>(type: Type): ChaosEvent<Type>['data'][] {
    return this.engine.recent().flatMap((event) => (isOf(event, type) ? [event.data] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.through(this.engine.close());
    await this.#folder[Symbol.asyncDispose]();
  }

  #plugin() {
    const down = defineFault({
      type: 'service.down',
      target: 'service',
      params: z.object({ stuck: z.boolean().default(false), inert: z.boolean().default(false) }),
      undo: z.object({ name: z.string(), stuck: z.boolean(), inert: z.boolean() }),
      survives: 'engine',
      settle: '100ms',
      prepare: async (target, params) => ({ name: target.name, ...params }),
      inject: async (_target, _params, undo) => {
        await this.clock.sleep(100);
        if (!undo.inert) this.#turn(undo.name, false);
      },
      revert: async ({ name, stuck }) => {
        if (!stuck) this.#turn(name, true);
      },
      observe: async ({ name }) => (this.service(name).up ? 'absent' : 'present'),
    });
    return definePlugin({
      name: 'services',
      module: import.meta.url,
      options: {},
      targets: [this.#source()],
      faults: [down],
      probes: [answers],
    });
  }

  #turn(name: string, up: boolean): void {
    const service = this.service(name);
    service.up = up;
    for (const other of service.breaks) this.service(other).up = up;
  }

  #source(): TargetSource<'service', z.ZodType<string>> {
    const target = (name: string) => ({ kind: 'service', id: name, name, labels: {}, startedAt: '0' });
    return {
      kind: 'service',
      query: z.string(),
      find: async (wanted) => [...this.services.keys()].filter((name) => wanted === '*' || name === wanted).map(target),
      reread: async ({ name }) => target(name),
      group: async (one) => [one],
    };
  }

  /** A probe of one service, written as a factory writes it. */
  probe(name: string, service: string, every = '200ms' as const) {
    return defineProbe({
      type: 'answers',
      options: z.object({ service: z.string() }),
      open: async (options) => ({
        check: async () => (this.service(options.service).up ? { health: 'healthy' } : { health: 'degraded' }),
        close: async () => undefined,
      }),
    })({ name, service, every });
  }

  /** A card that takes the api down for 10 s; whatever is said goes first. */
  card(body: Partial<CardBody> = {}): CardHead & { drill: CardBody } {
    return {
      id: 'KH001',
      name: 'Service down',
      category: 'kernel-health',
      hypothesis: 'The detector notices within 5 s and the api is restarted',
      risk: 2,
      owner: 'platform',
      drill: {
        target: 'api',
        experiment: {
          steadyState: { probes: [this.probe('api', 'api')] },
          baseline: '3s',
          faults: [{ type: 'service.down', target: { service: 'api' }, params: {}, for: '10s' }],
          recovery: { within: '20s', hold: '2s' },
        },
        blastRadius: { targets: 1 },
        effect: 'injector',
        expect: { triggers: ['heartbeat-gap'], playbooks: ['restart'], tasks: { count: 1 } },
        controls: [this.probe('mail', 'mail')],
        verification: [this.probe('api answers', 'api')],
        rollback: {},
        slo: { detect: '5s', recover: '15s', verify: '10s' },
        ...body,
      },
    };
  }
}

/** Known to the plugin by type only; the probes of these tests carry their implementation. */
const answers = defineProbe({
  type: 'answers',
  options: z.object({ service: z.string() }),
  open: async () => ({ check: async () => ({ health: 'unknown' }), close: async () => undefined }),
});

function isOf<Type extends ChaosEventType>(event: { readonly type: string }, type: Type): event is ChaosEvent<Type> {
  return event.type === type;
}

/** What a sound host does. */
export const SOUND = [
  { kind: 'trigger', name: 'heartbeat-gap', after: 1_000 },
  { kind: 'playbook', name: 'restart', after: 2_000 },
  { kind: 'task', name: 'fix it', after: 3_000 },
] as const;
