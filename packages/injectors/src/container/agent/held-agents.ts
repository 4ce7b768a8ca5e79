import type { Duplex } from 'node:stream';
import { ChaosError } from '@bridge/chaos-core';
import type { CallContext } from '../../docker/connection.ts';
import type { DockerConnections } from '../../docker/connections.ts';
import { DockerContainer } from '../docker-container.ts';
import type { AgentTask } from './agent-task.ts';
import { createdAgent } from './created-agent.ts';
import { attachedTo, streamsOf } from './streams.ts';

/**
 * Agents that press as long as their fault is held, each in a container of its own under a name that the undo record has.
 * They end with this process, whose end closes their stdin.
 */
export class HeldAgents {
  readonly #connections: DockerConnections;
  readonly #streams = new Map<string, Duplex>();

  constructor(connections: DockerConnections) {
    this.#connections = connections;
  }

  /** Resolves once every worker of the agent is at work. Rejects with what the agent said when it ended before. */
  async start(name: string, task: AgentTask, context: CallContext): Promise<void> {
    const connection = this.#connections.get(name);
    const container = await createdAgent(connection, task, context);
    await connection.call(context, {
      what: `start agent ${task.name}`,
      timeout: 120_000,
      send: async (docker, abortSignal) => {
        const stream = await attachedTo(docker, container.id);
        this.#streams.set(task.name, stream);
        const end = (): void => void stream.destroy();
        abortSignal.addEventListener('abort', end, { once: true });
        const { stdout, stderr } = streamsOf(docker, stream);
        const ready = spoken(stdout, stderr);
        // Where the start itself fails, that is the reason to tell.
        ready.catch(() => undefined);
        await docker.getContainer(container.id).start({ abortSignal });
        await ready;
        // From now on the fault's own end is what ends it.
        abortSignal.removeEventListener('abort', end);
      },
    });
  }

  /** Lets it go on for so many seconds more; without effect on one that another process started. */
  renew(name: string, seconds: number): void {
    const stream = this.#streams.get(name);
    if (stream?.writable) stream.write(`${seconds}\n`);
  }

  /** Ends it with all its workers. One that is not there any more is fine. */
  async end(connection: string, name: string, context: CallContext): Promise<void> {
    this.#streams.get(name)?.destroy();
    this.#streams.delete(name);
    await new DockerContainer(this.#connections.get(connection), name, context).remove();
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
  }
}

/** Resolves with the first word of stdout; rejects with all of stderr when there comes none. */
function spoken(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream): Promise<void> {
  let complaint = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  return new Promise((resolve, reject) => {
    stdout.once('data', () => resolve());
    stdout.once('end', () => {
      const said = complaint.trim() || 'it ended without a word';
      reject(new ChaosError('CHAOS_FAULT_FAILED', `expected the agent to press, got: ${said}`));
    });
  });
}
