import type { Server, Socket } from 'node:net';
import type { Address } from '../address.ts';
import { addressOf, listen } from './listen.ts';
import { keepPort } from './port-keeper.ts';

type GateState =
  | { readonly state: 'open'; readonly server: Server }
  | { readonly state: 'refusing'; readonly keeper: Disposable | undefined }
  | { readonly state: 'closed' };

/** The listener of a proxy: open, or closed in a way that connects are refused and the port stays ours. */
export class Gate {
  readonly address: Address;
  readonly #onConnection: (client: Socket) => void;
  #state: GateState;
  #turn: Promise<void> = Promise.resolve();

  private constructor(server: Server, onConnection: (client: Socket) => void) {
    this.address = addressOf(server);
    this.#state = { state: 'open', server };
    this.#onConnection = onConnection;
  }

  static async listen(address: Address, onConnection: (client: Socket) => void): Promise<Gate> {
    return new Gate(await listen(address, onConnection), onConnection);
  }

  /** Rejects when something else took the port meanwhile. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state.state !== 'refusing') return;
      const { keeper } = this.#state;
      const server = await listen(this.address, this.#onConnection);
      keeper?.[Symbol.dispose]();
      this.#state = { state: 'open', server };
    });
  }

  /** From now on a connect ends with ECONNREFUSED. */
  refuse(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state.state !== 'open') return;
      this.#state.server.close();
      this.#state = { state: 'refusing', keeper: undefined };
      // Without a keeper the fault is the same; only another program could take the port.
      const keeper = await keepPort(this.address).catch(() => undefined);
      this.#state = { state: 'refusing', keeper };
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state.state === 'open') this.#state.server.close();
      if (this.#state.state === 'refusing') this.#state.keeper?.[Symbol.dispose]();
      this.#state = { state: 'closed' };
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    // Whoever asked hears of a failure; the next one in turn starts afresh.
    this.#turn = done.catch(() => {});
    return done;
  }
}
