import type { IncomingMessage } from 'node:http';
import type { Clock, Random } from '@bridge/chaos-core';
import { drawn } from '../../../app/delay.ts';
import { Delays } from '../../../app/delays.ts';
import { matchesRequest } from '../../../app/request/match.ts';
import { isHit } from '../../../app/request/when.ts';
import type { HttpOrder } from '../../control/fault-order.ts';
import type { HttpEffect } from '../../control/http-effect.ts';
import type { Counters } from '../../control/protocol.ts';

/** One `proxy.http` fault while it is live: which requests it hits. */
export class HttpRule implements Disposable {
  readonly #order: HttpOrder;
  readonly #random: Random;
  readonly #delays: Delays;
  #eligible = 0;
  #injected = 0;

  constructor(order: HttpOrder, random: Random, clock: Clock) {
    this.#order = order;
    this.#random = random;
    this.#delays = new Delays(clock);
  }

  get counters(): Counters {
    return { eligible: this.#eligible, injected: this.#injected };
  }

  /** Whether the fault has ended: what it hit before is spared from now on. */
  get isOver(): boolean {
    return this.#delays.isOver;
  }

  /** What the request suffers, if anything: drawn once, in the order requests arrive. */
  hit({ method = '', url = '', headers }: IncomingMessage): HttpEffect | undefined {
    const { match, when, perRequest, effect } = this.#order;
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    if (!matchesRequest(match, { host, method, path: url, port: undefined })) return undefined;
    this.#eligible += 1;
    if (!isHit(when, this.#eligible) || this.#random.next() >= perRequest) return undefined;
    this.#injected += 1;
    return effect;
  }

  /** Waits as long as the effect says, or until the fault ends. */
  async delay(effect: Extract<HttpEffect, { kind: 'delay' }>): Promise<void> {
    await this.#delays.wait(drawn(effect, this.#random));
  }

  /** What it makes wait goes on at once. */
  [Symbol.dispose](): void {
    this.#delays[Symbol.dispose]();
  }
}
