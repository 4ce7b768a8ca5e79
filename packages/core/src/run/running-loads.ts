import { messageOf } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { RunningLoad } from '../load.ts';
import { seededRandom } from '../random.ts';
import type { RunProblem } from './evidence.ts';
import type { RunHost, RunOrder } from './run-host.ts';
import { unlessAborted } from './unless-aborted.ts';
import { within } from './within.ts';

interface Live {
  readonly id: string;
  readonly load: RunningLoad;
}

/** The load generators of one run. Whatever was started is stopped, also when one of them fails to. */
export class RunningLoads {
  readonly #host: Pick<RunHost, 'registry' | 'hub' | 'clock' | 'log' | 'abortGrace'>;
  readonly #order: RunOrder;
  readonly #live: Live[] = [];

  constructor(host: Pick<RunHost, 'registry' | 'hub' | 'clock' | 'log' | 'abortGrace'>, order: RunOrder) {
    this.#host = host;
    this.#order = order;
  }

  async start(id: string, type: string, options: JsonObject, signal: AbortSignal): Promise<void> {
    const { registry, hub, clock, log } = this.#host;
    const generator = registry.load(type);
    const random = seededRandom(this.#order.seed).fork(`load/${id}`);
    const starting = generator.start(registry.loadOptions(generator, options), { signal, clock, random, log });
    const load = await unlessAborted(starting, signal, (late) => late.stop());
    this.#live.push({ id, load });
    hub.emit('load:started', { load: id }, this.#order.id);
  }

  /** What was done, as the generator tells it. A load that is not running did nothing. */
  async stop(id: string): Promise<JsonObject> {
    const at = this.#live.findLastIndex((live) => live.id === id);
    const [live] = at === -1 ? [] : this.#live.splice(at, 1);
    if (live === undefined) return {};
    const { clock, hub, abortGrace } = this.#host;
    const done = await within(clock, abortGrace, `load ${id}`, live.load.stop());
    hub.emit('load:stopped', { load: id, done }, this.#order.id);
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
