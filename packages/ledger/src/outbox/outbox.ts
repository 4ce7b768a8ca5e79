import { ChaosError, isChaosError, messageOf } from '@bridge/chaos-core';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import type { ChaosLedger } from '../ledger/chaos-ledger.ts';
import { openNote } from '../note/signed-note.ts';
import type { NoteVerifier } from '../note/verifier.ts';
import { anchorName, cursorName } from './acknowledged.ts';
import { type BatchRequest, batchRequest } from './batch-request.ts';
import { type DeliveryOptions, deliver, type Reply, refusedBy } from './delivery.ts';

export interface OutboxOptions extends DeliveryOptions {
  /** Names the destination's cursor; `[a-z0-9-]+`. */
  readonly destination: string;
  /** The mirror's key. Its cosignatures are checked and kept as anchors. */
  readonly witness: NoteVerifier;
  /** Types (or families such as `fault:*`) whose content is sent. Of the others only the hash goes. Default: all. */
  readonly only?: readonly string[];
  /** Told what happens. Must not throw. */
  readonly onEvent?: (event: OutboxEvent) => void;
}

export type OutboxEvent =
  | { readonly kind: 'delivered'; readonly from: number; readonly to: number }
  | { readonly kind: 'failed'; readonly attempt: number; readonly reason: string }
  /** Too many failures in a row; silent for `pause` ms. */
  | { readonly kind: 'breaker-open'; readonly pause: number }
  /** The other side holds another history. Forwarding has stopped. */
  | { readonly kind: 'alarm'; readonly reason: string };

/** Before the log is asked again after its database did not answer, ms: doubled from the first to the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;

/**
 * Forwards a log to a mirror: the log itself is the outbox, the cursor is how much of it the mirror has cosigned. One
 * request at a time, in order. An acknowledgement that was lost costs a repetition that the mirror answers with the size it
 * has. When the two histories differ, an alarm entry is written and nothing more is sent.
 */
export class Outbox {
  readonly #ledger: ChaosLedger;
  readonly #options: OutboxOptions;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #cursor = 0;

  constructor(ledger: ChaosLedger, options: OutboxOptions) {
    if (!/^[a-z0-9-]+$/.test(options.destination)) {
      throw new ChaosError(
        'CHAOS_LEDGER_OPTIONS_INVALID',
        `expected a destination of a-z, 0-9 and "-", got "${options.destination}"`,
      );
    }
    this.#ledger = ledger;
    this.#options = options;
    this.#done = this.#run();
    // Whoever is interested asks `done`; a host that does not must not die of it.
    this.#done.catch(() => undefined);
  }

  /** Entries the mirror has cosigned. */
  get delivered(): number {
    return this.#cursor;
  }

  /** Resolves after {@link stop}; rejects when the mirror refuses, with `CHAOS_LEDGER_FORKED` or `CHAOS_LEDGER_UNREACHABLE`. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Resolves when the mirror has everything the log holds now. */
  async flushed(): Promise<void> {
    const { size } = await this.#ledger.head();
    while (this.#cursor < size) await Promise.race([this.#moved.promise, this.#ended()]);
  }

  #moved = Promise.withResolvers<void>();

  async #ended(): Promise<never> {
    await this.#done;
    throw new ChaosError('CHAOS_LEDGER_CLOSED', `forwarding to ${this.#options.destination} was stopped`);
  }

  /** Finishes nothing: what was not acknowledged is sent again next time. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done.catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<void> {
    const { store } = this.#ledger;
    const { signal } = this.#stop;
    try {
      this.#cursor = await this.#kept(async () =>
        Number((await store.state.get(cursorName(this.#options.destination))) ?? 0),
      );
      for (;;) {
        const batch = await this.#kept(() => this.#batch());
        const reply = await this.#send(batch);
        await this.#kept(() => this.#settle(batch, reply));
      }
    } catch (error) {
      if (signal.aborted || isChaosError(error, 'CHAOS_LEDGER_CLOSED')) return;
      throw error;
    }
  }

  /** The next entries, once there are any. */
  async #batch(): Promise<BatchRequest> {
    const { store } = this.#ledger;
    await store.beyond(this.#cursor, this.#stop.signal);
    const { size } = await store.head();
    return await batchRequest(store, this.#cursor, size, this.#options.only);
  }

  /** Work on the log itself, tried again while its database is away. What the log refuses is final. */
  async #kept<Result>(work: () => Promise<Result>): Promise<Result> {
    const { signal } = this.#stop;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted || isChaosError(error)) throw error;
        this.#tell({ kind: 'failed', attempt, reason: messageOf(error) });
        const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
        await this.#ledger.clock.sleep(pause, { signal, ref: false });
      }
    }
  }

  #send({ from, to, body }: BatchRequest): Promise<Reply> {
    const headers = {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'idempotency-key': `${this.#ledger.origin}/${from}-${to}`,
    };
    return deliver('/add-entries', new Uint8Array(body), headers, this.#options, {
      clock: this.#ledger.clock,
      signal: this.#stop.signal,
      events: {
        failed: (attempt, reason) => this.#tell({ kind: 'failed', attempt, reason }),
        open: (pause) => this.#tell({ kind: 'breaker-open', pause }),
      },
    });
  }

  async #settle({ from, to, note }: BatchRequest, reply: Reply): Promise<void> {
    if (reply.status === 200) {
      await this.#keepAnchor(note, reply.text);
      await this.#move(to);
      this.#tell({ kind: 'delivered', from, to });
    } else if (reply.status === 409) {
      await this.#follow(Number(/^(\d{1,15})\n$/.exec(reply.text)?.[1] ?? Number.NaN), from);
    } else if (reply.status === 422) {
      throw await this.#alarm(`the mirror refuses entries ${from} to ${to - 1}: ${reply.text.trim()}`);
    } else {
      throw refusedBy(this.#options.destination, reply);
    }
  }

  /** The mirror is elsewhere: an acknowledgement was lost, or its disk was. */
  async #follow(size: number, from: number): Promise<void> {
    const head = await this.#ledger.head();
    if (!Number.isSafeInteger(size) || size === from)
      throw await this.#alarm('the mirror has another root for the same entries');
    if (size > head.size)
      throw await this.#alarm(`the mirror has ${size} entries, this log has ${head.size}: it was rolled back`);
    if (size < head.first)
      throw await this.#alarm(`the mirror has ${size} entries, and retention removed those up to ${head.first}`);
    await this.#move(size);
  }

  async #move(size: number): Promise<void> {
    await this.#ledger.store.state.put(cursorName(this.#options.destination), String(size));
    this.#cursor = size;
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }

  async #keepAnchor(note: string, line: string): Promise<void> {
    const { witness, destination } = this.#options;
    try {
      openNote(`${note}${line}`, [witness]);
    } catch (cause) {
      throw new ChaosError(
        'CHAOS_LEDGER_UNREACHABLE',
        `expected a cosignature of ${witness.vkey} from ${destination}`,
        { cause },
      );
    }
    await this.#ledger.store.state.put(anchorName(destination), `${note}${line}`);
  }

  async #alarm(reason: string): Promise<ChaosError> {
    const { destination } = this.#options;
    this.#tell({ kind: 'alarm', reason });
    const failure = new ChaosError(
      'CHAOS_LEDGER_FORKED',
      `${destination}: ${reason}; forwarding has stopped. Compare both logs before anything else`,
    );
    try {
      await this.#ledger.record(LEDGER_EVENT.forwardAlarm, { destination, reason });
    } catch (error) {
      return new ChaosError('CHAOS_LEDGER_FORKED', `${failure.message} (the alarm entry failed: ${messageOf(error)})`, {
        cause: error,
      });
    }
    return failure;
  }

  #tell(event: OutboxEvent): void {
    this.#options.onEvent?.(event);
  }
}
