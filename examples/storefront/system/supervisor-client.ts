import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type FromSupervisor, fromSupervisor, type Order, type Service, type SupervisorSettings } from './messages.ts';

/** How long the supervisor may take to end everything, ms. */
const PATIENCE = 15_000;

export interface Running {
  readonly pid: number;
  readonly port: number | null;
}

type Answer = Service | number | null;

/** The supervisor as its owner sees it: what runs, and orders. */
export class SupervisorClient implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #running = new Map<string, Running>();
  readonly #waiting = new Map<number, (news: FromSupervisor) => void>();
  readonly #expected = new Map<string, () => void>();
  #orders = 0;

  constructor(settings: SupervisorSettings) {
    // In a session of its own, so that Ctrl-C reaches the owner alone, which then ends everything in order.
    this.#child = fork(join(import.meta.dirname, 'supervisor.ts'), [JSON.stringify(settings)], {
      detached: true,
      execArgv: [],
    });
    this.#ended = once(this.#child, 'exit').then(() => {
      for (const [id, hear] of this.#waiting) hear({ id, error: 'the supervisor has ended' });
    });
    this.#child.on('message', (message) => this.#hear(fromSupervisor.parse(message)));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): ReadonlyMap<string, Running> {
    return this.#running;
  }

  /** Resolves once all of these run. Rejects when the supervisor ends before. */
  async untilRunning(names: readonly string[]): Promise<void> {
    const all = names.map((name) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#expected.set(name, resolve);
      if (this.#running.has(name)) resolve();
      return promise;
    });
    const ended = this.#ended.then((): never => {
      throw new Error('the supervisor ended before the storefront was up');
    });
    await Promise.race([Promise.all(all), ended]);
  }

  /** Gives an order, and resolves once it is done. */
  async order(order: Order['order'], service: string, more: Pick<Order, 'to' | 'store'> = {}): Promise<Answer> {
    this.#orders += 1;
    const id = this.#orders;
    const { promise, resolve } = Promise.withResolvers<FromSupervisor>();
    this.#waiting.set(id, resolve);
    this.#child.send({ id, order, service, ...more });
    const news = await promise;
    if ('answer' in news) return news.answer;
    throw new Error(`expected the supervisor to ${order} ${service}, got ${'error' in news ? news.error : 'nothing'}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    await this.#ended;
    clearTimeout(impatience);
  }

  #hear(news: FromSupervisor): void {
    if ('id' in news) {
      this.#waiting.get(news.id)?.(news);
      this.#waiting.delete(news.id);
    } else if ('started' in news) {
      this.#running.set(news.started, { pid: news.pid, port: news.port });
      this.#expected.get(news.started)?.();
    } else if (this.#running.get(news.ended)?.pid === news.pid) {
      this.#running.delete(news.ended);
    }
  }
}
