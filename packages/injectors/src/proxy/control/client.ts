import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ChaosError, type Clock, messageOf } from '@bridge/chaos-core';
import { onLine } from './lines.ts';
import { type Answer, answers, type Operation, response } from './protocol.ts';

/** The data plane answers from memory; a longer silence means that it is stopped or gone. */
const ANSWER_WITHIN = 2_000;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export interface CallContext {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** A connection to the control socket of a data plane. Requests may overlap. */
export class ControlConnection implements Disposable {
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;

  private constructor(path: string, socket: Socket) {
    this.#path = path;
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#failAll();
        resolve();
      });
    });
    // The reason of a broken connection reaches the callers through `close`.
    socket.on('error', () => {});
    onLine(socket, (line) => this.#settle(line));
  }

  /** Rejects with `CHAOS_TARGET_UNREACHABLE` when nobody listens there. */
  static async open(path: string, { signal }: Pick<CallContext, 'signal'> = {}): Promise<ControlConnection> {
    const socket = connect({ path });
    try {
      await once(socket, 'connect', signal === undefined ? {} : { signal });
    } catch (cause) {
      socket.destroy();
      if (signal?.aborted) throw signal.reason;
      throw unreachable(path, messageOf(cause), cause);
    }
    return new ControlConnection(path, socket);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** The connection no longer keeps the process alive. */
  unref(): void {
    this.#socket.unref();
  }

  /** Takes `unref` back. */
  ref(): void {
    this.#socket.ref();
  }

  async ask<Op extends Operation['op']>(
    operation: Extract<Operation, { op: Op }>,
    { clock, signal }: CallContext,
  ): Promise<Answer<Op>> {
    signal?.throwIfAborted();
    const request = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onAbort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    using _deadline = clock.timer(ANSWER_WITHIN, () =>
      reject(unreachable(this.#path, `no answer in ${ANSWER_WITHIN} ms`)),
    );
    this.#waiting.set(request, { resolve, reject });
    try {
      if (this.#socket.destroyed) throw unreachable(this.#path, 'the connection is closed');
      this.#socket.write(`${JSON.stringify({ request, operation })}\n`);
      return answers[operation.op].parse(await promise) as Answer<Op>;
    } finally {
      this.#waiting.delete(request);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #settle(line: string): void {
    const answer = response.parse(JSON.parse(line));
    const waiting = this.#waiting.get(answer.request);
    if (answer.outcome === 'done') waiting?.resolve(answer.answer);
    else waiting?.reject(new ChaosError('CHAOS_FAULT_FAILED', `the fault proxy refused: ${answer.reason}`));
  }

  #failAll(): void {
    for (const { reject } of this.#waiting.values()) reject(unreachable(this.#path, 'it hung up'));
  }
}

/** One request over a connection of its own. */
export async function callOnce<Op extends Operation['op']>(
  path: string,
  operation: Extract<Operation, { op: Op }>,
  context: CallContext,
): Promise<Answer<Op>> {
  using connection = await ControlConnection.open(path, context);
  return await connection.ask<Op>(operation, context);
}

function unreachable(path: string, what: string, cause?: unknown): ChaosError {
  return new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected the data plane of a fault proxy to answer on ${path}, but: ${what}. It has ended, is stopped, or belongs to another machine`,
    cause === undefined ? {} : { cause },
  );
}
