import { messageOf } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { RunningLoad } from '../load.ts';
import { seededRandom } from '../random.ts';
import type { RunProblem } from './evidence.ts';
import type { RunHost, RunOrder } from './run-host.ts';

interface Live {
  readonly id: string;
  readonly load: RunningLoad;
}

/** The load generators of one run. Whatever was started is stopped, also when one of them fails to. */
export class RunningLoads {
  readonly #host: Pick<RunHost, 'registry' | 'hub' | 'clock' | 'log'>;
  readonly #order: RunOrder;
  readonly #live: Live[] = [];

  constructor(host: Pick<RunHost, 'registry' | 'hub' | 'clock' | 'log'>, order: RunOrder) {
    this.#host = host;
    this.#order = order;
  }

  async start(id: string, type: string, options: JsonObject, signal: AbortSignal): Promise<void> {
    const { registry, hub, clock, log } = this.#host;
    const generator = registry.load(type);
    const random = seededRandom(this.#order.seed).fork(`load/${id}`);
    const load = await generator.start(registry.loadOptions(generator, options), { signal, clock, random, log });
    this.#live.push({ id, load });
    hub.emit('load:started', { load: id }, this.#order.id);
  }

  /** What was done, as the generator tells it. A load that is not running did nothing. */
  async stop(id: string): Promise<JsonObject> {
    const at = this.#live.findLastIndex((live) => live.id === id);
    const [live] = at === -1 ? [] : this.#live.splice(at, 1);
    if (live === undefined) return {};
    const done = await live.load.stop();
    this.#host.hub.emit('load:stopped', { load: id, done }, this.#order.id);
    return done;
  }

  /** Stops the loads for which `chosen` holds, newest first. */
  async stopAll(chosen: (id: string) => boolean = () => true): Promise<RunProblem[]> {
    const problems: RunProblem[] = [];
    for (const { id } of this.#live.filter((live) => chosen(live.id)).reverse()) {
      try {
        await this.stop(id);
      } catch (error) {
        problems.push({ code: 'load-failed', message: `load ${id}: ${messageOf(error)}` });
      }
    }
    return problems;
  }
}
