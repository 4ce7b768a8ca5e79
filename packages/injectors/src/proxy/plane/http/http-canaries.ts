import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Clock } from '@bridge/chaos-core';
import type { Address } from '../../address.ts';
import type { FaultOrder } from '../../control/fault-order.ts';
import type { ServerTls } from '../../control/http-options.ts';
import { addressOf } from '../listen.ts';
import type { LiveFault } from '../live-fault.ts';
import { HttpFront } from './http-front.ts';
import { soundAnswer } from './sound-answer.ts';

const OPEN_FOR = 5_000;

/** Fronts like the true one, with one fault that hits every request, and an upstream of our own behind them. */
export class HttpCanaries {
  readonly #clock: Clock;
  readonly #tls: ServerTls | undefined;
  readonly #open = new Set<() => void>();

  constructor(clock: Clock, tls: ServerTls | undefined) {
    this.#clock = clock;
    this.#tls = tls;
  }

  /** @param live the fault of the order, while it is live */
  async open(order: FaultOrder, live: LiveFault | undefined): Promise<Address> {
    const answer = soundAnswer(order.kind === 'http' ? order.effect : { kind: 'delay', delay: 0, jitter: 0 });
    const upstream = createServer((request, response) => {
      request.resume();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const rule = live?.certainRule(this.#clock);
    const front = await HttpFront.listen(this.#optionsOf(order), this.#clock, () => ({
      upstream: addressOf(upstream),
      rules: rule === undefined ? [] : [rule],
      validity: live?.order.kind === 'certificate' ? live.order.validity : undefined,
    }));
    const end = (): void => {
      timer[Symbol.dispose]();
      rule?.[Symbol.dispose]();
      front.close();
      upstream.close();
      upstream.closeAllConnections();
      this.#open.delete(end);
    };
    const timer = this.#clock.timer(OPEN_FOR, end);
    this.#open.add(end);
    return front.address;
  }

  close(): void {
    for (const end of this.#open) end();
  }

  #optionsOf(order: FaultOrder): { tls?: ServerTls } {
    return order.kind === 'certificate' && this.#tls !== undefined ? { tls: this.#tls } : {};
  }
}
