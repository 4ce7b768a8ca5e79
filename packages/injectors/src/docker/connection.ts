import { type Clock, deadline, unlessAborted } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import { type DockerClient, openClient } from './docker-client.ts';
import { type Callee, httpStatus, refused, unreachable } from './docker-error.ts';
import { describeEndpoint, type Endpoint } from './endpoint.ts';
import { type EngineFacts, readEngineFacts } from './engine-facts.ts';

/** What a call needs from a fault's or a target source's context. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface Call<Answer> {
  /** What the engine is asked to do, for messages: "pause container 4f1c…". */
  readonly what: string;
  /** Milliseconds after which the engine counts as not answering. Default 30 s. */
  readonly timeout?: number;
  /**
   * The signal ends what is sent; once the answer is there it ends nothing any more. Nobody waits beyond it, also where
   * the client library cannot end the request: that one may still land.
   */
  send(docker: Docker, abortSignal: AbortSignal): Promise<Answer>;
}

const CALL_TIMEOUT = 30_000;

/**
 * One named Docker engine. Connects at the first call. Every failure is a ChaosError: `CHAOS_TARGET_UNREACHABLE` when
 * the engine does not answer (worth another try), `CHAOS_FAULT_FAILED` with `details.status` when it refuses.
 */
export class DockerConnection {
  readonly name: string;
  readonly #resolve: () => Promise<Endpoint>;
  #endpoint: Endpoint | undefined;
  #client: DockerClient | undefined;
  #facts: EngineFacts | undefined;

  constructor(name: string, resolve: () => Promise<Endpoint>) {
    this.name = name;
    this.#resolve = resolve;
  }

  async call<Answer>(context: CallContext, { what, timeout = CALL_TIMEOUT, send }: Call<Answer>): Promise<Answer> {
    context.signal.throwIfAborted();
    const client = await this.#open();
    using bound = deadline(context.clock, timeout, context.signal);
    try {
      return await unlessAborted(send(client.docker, bound.signal), bound.signal);
    } catch (error) {
      context.signal.throwIfAborted();
      if (bound.signal.aborted) throw unreachable(this.#callee(), what, new Error(`no answer within ${timeout} ms`));
      const status = httpStatus(error);
      throw status === undefined
        ? unreachable(this.#callee(), what, error)
        : refused(this.#callee(), what, status, error);
    }
  }

  /** What kind of engine this is. Asked once. */
  async facts(context: CallContext): Promise<EngineFacts> {
    this.#facts ??= await this.freshFacts(context);
    return this.#facts;
  }

  /** The same, asked again: another engine may listen there by now. */
  async freshFacts(context: CallContext): Promise<EngineFacts> {
    return this.call(context, { what: 'describe itself', send: (docker) => readEngineFacts(docker) });
  }

  get endpoint(): string {
    return this.#endpoint === undefined ? 'not connected yet' : describeEndpoint(this.#endpoint);
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  async #open(): Promise<DockerClient> {
    this.#endpoint ??= await this.#resolve();
    try {
      this.#client ??= await openClient(this.#endpoint);
      return this.#client;
    } catch (error) {
      throw unreachable(this.#callee(), 'be connectable', error);
    }
  }

  #callee(): Callee {
    return { connection: this.name, endpoint: this.endpoint };
  }
}
