import { randomBytes } from 'node:crypto';
import { type Duplex, PassThrough } from 'node:stream';
import { ChaosError, freshId } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import { attached, hold } from '../../container/agent/streams.ts';
import { HELPER_LABEL } from '../../container/protection.ts';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { HELPER_PROGRAM } from './helper-program.ts';
import { Replies, type Reply } from './replies.ts';
import { requestLine } from './request-line.ts';

/** Value of the helper label. */
export const PURPOSE = 'network';

export interface HelperPlace {
  readonly connection: DockerConnection;
  readonly image: string;
  /** `container:<id>` to stand in that container's network, `none` for one of its own. */
  readonly network: string;
  /** Whether it may open raw sockets: the legacy back end of iptables and copies of packets need them. */
  readonly raw: boolean;
}

/** Seconds after which a helper that holds nothing and is asked nothing ends. */
const IDLE = 60;
const REQUEST_TIMEOUT = 20_000;

interface Waiting {
  resolve(reply: Reply): void;
  reject(reason: unknown): void;
}

/** A running helper container. Ends, and undoes what it holds, when this process ends or calls `close`. */
export class Helper {
  /** Seconds since the epoch on the helper's kernel minus seconds of this process's monotonic clock. */
  readonly epoch: number;
  readonly #stream: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #ended: ChaosError | undefined;

  private constructor(stream: Duplex, epoch: number) {
    this.#stream = stream;
    this.epoch = epoch;
  }

  static async start(place: HelperPlace, context: CallContext): Promise<Helper> {
    const nonce = randomBytes(8).toString('hex');
    const { connection } = place;
    const { id } = await connection.call(context, {
      what: `create a network helper for ${place.network.slice(0, 22)}`,
      send: (docker, abortSignal) => docker.createContainer({ ...containerOf(place, nonce), abortSignal }),
    });
    return connection.call(context, {
      what: `start network helper ${id.slice(0, 12)}`,
      send: (docker, abortSignal) => Helper.#started(docker, id, nonce, context, abortSignal),
    });
  }

  static async #started(docker: Docker, id: string, nonce: string, context: CallContext, abortSignal: AbortSignal) {
    const container = docker.getContainer(id);
    try {
      const stream = await attached(docker, id);
      const replies = new Replies(nonce);
      const output = new PassThrough().setEncoding('utf8');
      docker.modem.demuxStream(stream, output, output);
      const hello = new Promise<Reply>((resolve, reject) => {
        output.on('data', (piece: string) => {
          for (const reply of replies.take(piece)) reply.number === 0 ? resolve(reply) : helper?.take(reply);
        });
        const lost = (): void => {
          reject(new Error('the helper ended before it was ready'));
          helper?.lose();
        };
        stream.once('close', lost).once('end', lost).once('error', lost);
        abortSignal.addEventListener('abort', () => stream.destroy(), { once: true });
      });
      let helper: Helper | undefined;
      hello.catch(() => undefined);
      await container.start({ abortSignal });
      const { text } = await hello;
      helper = new Helper(stream, Number(text.trim().split('\n').at(-1)) - context.clock.now() / 1000);
      hold(stream, 'unref');
      return helper;
    } catch (error) {
      await container.remove({ force: true }).catch(() => undefined);
      throw error;
    }
  }

  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Asks for one verb; resolves with what it printed. A verb that fails is a ChaosError with its words. */
  async ask(context: CallContext, verb: string, ...args: readonly string[]): Promise<string> {
    const { code, text } = await this.try(context, verb, ...args);
    if (code === 0) return text;
    throw new ChaosError(
      'CHAOS_FAULT_FAILED',
      `expected the network helper to ${verb} ${args.join(' ').slice(0, 300)}, got code ${code}: ${text.trim()}`,
    );
  }

  /** Like {@link ask}, with the exit code as an answer. */
  async try(context: CallContext, verb: string, ...args: readonly string[]): Promise<Reply> {
    context.signal.throwIfAborted();
    if (this.#ended !== undefined) throw this.#ended;
    this.#number += 1;
    const number = this.#number;
    const line = requestLine(number, [verb, ...args]);
    const reply = new Promise<Reply>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    hold(this.#stream, 'ref');
    this.#stream.write(line);
    try {
      return await within(reply, verb, context);
    } finally {
      this.#waiting.delete(number);
      if (this.#waiting.size === 0) hold(this.#stream, 'unref');
    }
  }

  /** Ends it; it undoes what it still holds and removes itself. */
  close(): void {
    this.#stream.end();
    this.lose();
  }

  take(reply: Reply): void {
    this.#waiting.get(reply.number)?.resolve(reply);
  }

  lose(): void {
    this.#ended ??= new ChaosError(
      'CHAOS_TARGET_UNREACHABLE',
      'expected an answer of the network helper, but it has ended; it undid what it held, another one is started',
    );
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
  }
}

function containerOf({ image, network, raw }: HelperPlace, nonce: string): Docker.ContainerCreateOptions {
  return {
    name: freshId('bridge-chaos-network'),
    Image: image,
    Entrypoint: ['/bin/busybox', 'sh', '-c', HELPER_PROGRAM, PURPOSE],
    Cmd: [nonce, String(IDLE), raw ? 'yes' : 'no'],
    Labels: { [HELPER_LABEL]: PURPOSE },
    User: '0',
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network,
      ReadonlyRootfs: true,
      Tmpfs: { '/run': 'rw,nosuid,nodev,noexec,size=1m' },
      CapDrop: ['ALL'],
      CapAdd: raw ? ['NET_ADMIN', 'NET_RAW'] : ['NET_ADMIN'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 64,
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

async function within(reply: Promise<Reply>, verb: string, { clock, signal }: CallContext): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const timer = clock.timer(REQUEST_TIMEOUT, () => reject(silent(verb)), { ref: false });
    signal.addEventListener('abort', onAbort, { once: true });
    reply.then(resolve, reject).finally(() => {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
    });
  });
}

function silent(verb: string): ChaosError {
  return new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected the network helper to ${verb} within ${REQUEST_TIMEOUT / 1000} s, got no answer; is its container paused?`,
  );
}
