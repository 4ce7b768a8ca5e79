import type { Clock } from '@bridge/chaos-core';
import { KeptConnection } from '../wire/kept-connection.ts';
import type { AmqpClient } from './amqp-client.ts';

/** After so long without use it is closed, as it would keep the process alive, ms. */
const IDLE = 1_000;

/** A connection to a broker that is opened when used, and closed soon after. */
export class IdleConnection {
  readonly #kept: KeptConnection<AmqpClient>;
  readonly #clock: Clock;
  #users = 0;
  #closing: Disposable | undefined;

  constructor(open: () => Promise<AmqpClient>, clock: Clock) {
    this.#kept = new KeptConnection(open);
    this.#clock = clock;
  }

  async use<Answer>(act: (client: AmqpClient) => Promise<Answer>): Promise<Answer> {
    this.#users += 1;
    this.#closing?.[Symbol.dispose]();
    try {
      return await act(await this.#kept.get());
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#closing = this.#clock.timer(IDLE, () => void this.close(), { ref: false });
    }
  }

  async close(): Promise<void> {
    this.#closing?.[Symbol.dispose]();
    if (this.#users === 0) await this.#kept.close();
  }
}
