import { readFile } from 'node:fs/promises';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { CONNECT_TIMEOUT, type TlsSettings, unreachable } from '../wire/open-socket.ts';
import type { QueueServer } from '../wire/queue-url.ts';

export interface AmqpMessage {
  readonly queue: string;
  readonly id: string;
  /** Tells a message of ours from others. */
  readonly mark: string;
  readonly content: string;
  /** Milliseconds after which the broker drops it. */
  readonly lifetime: number;
}

/** How long the broker may take to confirm a message, ms. */
const CONFIRM_TIMEOUT = 5_000;

/** One connection to a broker, with publisher confirms. */
export class AmqpClient {
  readonly #model: ChannelModel;
  readonly #channel: ConfirmChannel;
  /** Ids that the broker had no queue for. */
  readonly #returned = new Set<unknown>();
  #alive = true;

  private constructor(model: ChannelModel, channel: ConfirmChannel) {
    this.#model = model;
    this.#channel = channel;
    const lose = (): void => {
      this.#alive = false;
    };
    // Without a listener an error would end the host's process; whoever waits hears of it by himself.
    for (const emitter of [model, channel]) emitter.on('error', lose).on('close', lose);
    channel.on('return', ({ properties }: { properties: { messageId?: unknown } }) => {
      this.#returned.add(properties.messageId);
    });
  }

  static async open(server: QueueServer, { ca }: TlsSettings): Promise<AmqpClient> {
    const { connect } = await import('amqplib').catch(missingPackage);
    const { host, port, secured, user = 'guest', password = 'guest', path } = server;
    const protocol = secured ? 'amqps' : 'amqp';
    const where = { protocol, hostname: host, port, username: user, password, vhost: path === '' ? '/' : path };
    const trusted = ca === undefined ? {} : { ca: [await readFile(ca)] };
    try {
      const model = await connect(where, { timeout: CONNECT_TIMEOUT, servername: host, noDelay: true, ...trusted });
      return new AmqpClient(model, await model.createConfirmChannel());
    } catch (error) {
      throw unreachable(server, messageOf(error), error);
    }
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Messages that wait in a queue, ours and others'. Declares nothing. */
  async length(queue: string): Promise<number> {
    try {
      return (await this.#channel.checkQueue(queue)).messageCount;
    } catch (error) {
      throw new ChaosError(
        'CHAOS_FAULT_FAILED',
        `expected the broker to have the queue ${queue}, got ${messageOf(error)}`,
      );
    }
  }

  /** Resolves once the broker has confirmed it. */
  async put({ queue, id, mark, content, lifetime }: AmqpMessage, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CONFIRM_TIMEOUT)]);
    const onAbort = (): void => reject(limit.reason);
    limit.addEventListener('abort', onAbort, { once: true });
    const properties = {
      mandatory: true,
      persistent: false,
      messageId: id,
      expiration: String(lifetime),
      contentType: 'application/json',
      headers: { 'x-bridge-chaos': mark },
    };
    this.#channel.sendToQueue(queue, Buffer.from(content), properties, (error: unknown) =>
      error === null ? resolve() : reject(error),
    );
    try {
      await promise;
    } catch (error) {
      signal.throwIfAborted();
      throw new ChaosError('CHAOS_FAULT_FAILED', `expected the broker to confirm a message, got ${messageOf(error)}`);
    } finally {
      limit.removeEventListener('abort', onAbort);
    }
    if (!this.#returned.delete(id)) return;
    throw new ChaosError('CHAOS_FAULT_FAILED', `expected the broker to have the queue ${queue}, got the message back`);
  }

  close(): void {
    this.#alive = false;
    // One that is closed already says so; there is nothing more to do then.
    this.#model.close().catch(() => undefined);
  }
}

function missingPackage(error: unknown): never {
  const reason = `expected the package amqplib to be installed (npm install amqplib): ${messageOf(error)}`;
  throw new ChaosError('CHAOS_OPTIONS_INVALID', reason, { cause: error, details: { package: 'amqplib' } });
}
