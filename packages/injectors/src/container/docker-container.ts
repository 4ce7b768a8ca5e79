import { ChaosError } from '@bridge/chaos-core';
import type { Container } from 'dockerode';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import { refusalStatus } from '../docker/docker-error.ts';
import { type ContainerFacts, factsOf } from './container-facts.ts';
import type { ContainerRecord } from './container-record.ts';
import { inspectContainer } from './inspect-container.ts';

type Verb = (container: Container, abortSignal: AbortSignal) => Promise<unknown>;

/** One container on one engine, by id. Commands that find their work already done succeed. */
export class DockerContainer {
  readonly id: string;
  readonly #connection: DockerConnection;
  readonly #context: CallContext;

  constructor(connection: DockerConnection, id: string, context: CallContext) {
    this.id = id;
    this.#connection = connection;
    this.#context = context;
  }

  /** The container as it is now, or undefined when the engine does not know it. */
  async inspect(): Promise<ContainerFacts | undefined> {
    try {
      return factsOf(await inspectContainer(this.#connection, this.id, this.#context));
    } catch (error) {
      if (refusalStatus(error) === 404) return undefined;
      throw error;
    }
  }

  async pause(): Promise<void> {
    await this.#reach(
      'pause',
      (facts) => facts.status === 'paused',
      (container, abortSignal) => container.pause({ abortSignal }),
    );
  }

  async unpause(): Promise<void> {
    await this.#reach(
      'unpause',
      (facts) => facts.status !== 'paused',
      (container, abortSignal) => container.unpause({ abortSignal }),
    );
  }

  async start(): Promise<void> {
    const alive = ({ status }: ContainerFacts): boolean => status === 'running' || status === 'paused';
    await this.#reach('start', alive, (container, abortSignal) => container.start({ abortSignal }));
  }

  /** Stops it: `signal` or its stop signal, then SIGKILL after `grace` seconds. Waits until it has ended. */
  async stop(grace: number, signal?: string): Promise<void> {
    const still = ({ status }: ContainerFacts): boolean => status === 'stopped';
    const options = signal === undefined ? { t: grace } : { t: grace, signal };
    await this.#reach('stop', still, (container, abortSignal) => container.stop({ ...options, abortSignal }), grace);
  }

  async restart(grace: number): Promise<void> {
    await this.#command('restart', (container, abortSignal) => container.restart({ t: grace, abortSignal }), grace);
  }

  async kill(signal: string): Promise<void> {
    await this.#command(`send ${signal} to`, (container, abortSignal) => container.kill({ signal, abortSignal }));
  }

  /** Removes it, running or not. Already removed is fine. */
  async remove(): Promise<void> {
    try {
      await this.#command('remove', (container, abortSignal) => container.remove({ force: true, abortSignal }));
    } catch (error) {
      // 409: a removal is already under way.
      if (refusalStatus(error) !== 404 && refusalStatus(error) !== 409) throw error;
    }
  }

  /** Runs a command; a refusal counts as success when the container is where the command would have brought it. */
  async #reach(name: string, reached: (facts: ContainerFacts) => boolean, verb: Verb, grace = 0): Promise<void> {
    try {
      await this.#command(name, verb, grace);
    } catch (error) {
      if (refusalStatus(error) === undefined) throw error;
      const facts = await this.inspect();
      if (facts === undefined || !reached(facts)) throw error;
    }
  }

  async #command(name: string, verb: Verb, grace = 0): Promise<void> {
    await this.#connection.call(this.#context, {
      what: `${name} ${this.#label}`,
      timeout: 30_000 + grace * 1000,
      send: (docker, abortSignal) => verb(docker.getContainer(this.id), abortSignal),
    });
  }

  get #label(): string {
    return `container ${this.id.slice(0, 12)}`;
  }
}

/** The container of an undo record. Inspecting it proves absence only on the engine that the record was made on. */
export async function recordedContainer(
  connections: DockerConnections,
  record: ContainerRecord,
  context: CallContext,
): Promise<{ readonly container: DockerContainer; readonly facts: ContainerFacts | undefined }> {
  const connection = connections.get(record.connection);
  const container = new DockerContainer(connection, record.id, context);
  const facts = await container.inspect();
  if (facts === undefined) await requireSameEngine(connection, record, context);
  return { container, facts };
}

async function requireSameEngine(
  connection: DockerConnection,
  record: ContainerRecord,
  context: CallContext,
): Promise<void> {
  const { id } = await connection.freshFacts(context);
  if (id === record.engine) return;
  throw new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected connection "${connection.name}" (${connection.endpoint}) to lead to engine ${record.engine}, which holds container ${record.name}, but engine ${id} answers there; point the connection (hosts option, DOCKER_HOST) back at it`,
    { details: { connection: connection.name, engine: record.engine } },
  );
}
