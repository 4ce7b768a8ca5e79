import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { ChaosError, type Clock, freshId, unlessAborted } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import type { DockerConnections } from '../../docker/connections.ts';
import { refusalStatus } from '../../docker/docker-error.ts';
import { callContext } from '../own-engine-container.ts';
import { AGENT } from './agent-image.ts';
import type { AgentRights } from './agent-task.ts';
import { createdAgent } from './created-agent.ts';
import { attachedTo, streamsOf } from './streams.ts';

/** How a call of the agent ended. */
export interface AgentAnswer {
  readonly code: number;
  readonly output: Buffer;
  /** What it wrote to stderr. */
  readonly complaint: string;
}

/** Exit codes of the agent that mean something to a fault. */
export const AGENT_CODES = { foreign: 3, noFile: 4, noFolder: 5, refused: 6, floor: 7, ended: 8 } as const;

/** Seconds after which an agent that is asked nothing ends. */
const IDLE = 60;

interface Standing {
  readonly id: string;
  readonly stream: Duplex;
}

/**
 * The agents of one plugin: one container per engine, kept while it is in use, so that a call costs no start. It ends with
 * this process, and a minute after its last call.
 */
export class Agents {
  readonly #connections: DockerConnections;
  readonly #rights: AgentRights;
  readonly #standing = new Map<string, Promise<Standing>>();

  constructor(connections: DockerConnections, rights: AgentRights) {
    this.#connections = connections;
    this.#rights = rights;
  }

  /** Runs the agent with these arguments, and `input` on its stdin, until it ends. */
  async run(
    name: string,
    args: readonly string[],
    context: CallContext,
    input: Buffer = Buffer.alloc(0),
  ): Promise<AgentAnswer> {
    const connection = this.#connections.get(name);
    try {
      return await this.#runIn(connection, args, context, input);
    } catch (error) {
      // 404 or 409: its minute was over just now.
      if (refusalStatus(error) !== 404 && refusalStatus(error) !== 409) throw error;
      this.#standing.delete(name);
      return this.#runIn(connection, args, context, input);
    }
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#standing.values());
    this.#standing.clear();
    for (const one of all) if (one.status === 'fulfilled') one.value.stream.destroy();
  }

  async #runIn(connection: DockerConnection, args: readonly string[], context: CallContext, input: Buffer) {
    const { id, stream } = await this.#kept(connection, context);
    if (stream.writable) stream.write(`${IDLE}\n`);
    return connection.call(context, {
      what: `run agent ${args[0] ?? ''}`,
      send: (docker, abortSignal) => executed(docker, id, args, input, abortSignal),
    });
  }

  async #kept(connection: DockerConnection, { signal, clock }: CallContext): Promise<Standing> {
    const opening = this.#standing.get(connection.name)?.catch(() => undefined);
    const standing = opening && (await unlessAborted(opening, signal));
    if (standing !== undefined && !standing.stream.destroyed) return standing;
    // Opened for whoever comes next as well: the end of the one who asked first does not end it.
    const fresh = this.#start(connection, clock);
    this.#standing.set(connection.name, fresh);
    fresh.catch(() => this.#standing.delete(connection.name));
    return unlessAborted(fresh, signal);
  }

  async #start(connection: DockerConnection, clock: Clock): Promise<Standing> {
    const context = { ...callContext(), clock };
    const name = freshId(`bridge-chaos-${this.#rights.purpose}`);
    const container = await createdAgent(connection, { ...this.#rights, name, args: ['wait'] }, context);
    try {
      return await connection.call(context, {
        what: `start agent ${name}`,
        send: async (docker, abortSignal) => {
          const stream = await attachedTo(docker, container.id);
          stream.resume();
          await docker.getContainer(container.id).start({ abortSignal });
          return { id: container.id, stream };
        },
      });
    } catch (error) {
      await container.remove();
      throw error;
    }
  }
}

async function executed(
  docker: Docker,
  id: string,
  args: readonly string[],
  input: Buffer,
  abortSignal: AbortSignal,
): Promise<AgentAnswer> {
  const exec = await docker.getContainer(id).exec({
    Cmd: [AGENT, ...args],
    AttachStdin: input.length > 0,
    AttachStdout: true,
    AttachStderr: true,
    abortSignal,
  });
  const stream = await exec.start({ hijack: true, stdin: input.length > 0 });
  abortSignal.addEventListener('abort', () => stream.destroy(), { once: true });
  const { stdout, stderr } = streamsOf(docker, stream);
  if (input.length > 0) stream.end(input);
  const [output, complaint] = await Promise.all([buffer(stdout), text(stderr)]);
  const { ExitCode: code } = await exec.inspect({ abortSignal });
  if (code !== null) return { code, output, complaint: complaint.trim() };
  throw new ChaosError('CHAOS_FAULT_FAILED', `expected the agent to end with ${args[0]}, but it still runs`);
}
