import { Duplex, PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { ChaosError } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { DockerContainer } from '../docker-container.ts';
import { removeUnstarted } from '../helper-container.ts';
import { agentImage } from './agent-image.ts';
import { type AgentTask, agentContainer } from './agent-task.ts';

/** How a call of the agent ended. */
export interface AgentAnswer {
  readonly code: number;
  readonly output: Buffer;
  /** What it wrote to stderr. */
  readonly complaint: string;
}

/** Exit codes of the agent that mean something to a fault. */
export const AGENT_CODES = { foreign: 3, noFile: 4, noFolder: 5, refused: 6, floor: 7, ended: 8 } as const;

/** Runs the agent once on an engine, with `input` on its stdin, until it ends. Its container removes itself. */
export async function runAgent(
  connection: DockerConnection,
  task: AgentTask,
  context: CallContext,
  input: Buffer = Buffer.alloc(0),
): Promise<AgentAnswer> {
  const container = await createdAgent(connection, task, context);
  try {
    return await connection.call(context, {
      what: `run agent ${task.args[0] ?? ''}`,
      send: async (docker, abortSignal) => answered(docker, container.id, input, abortSignal),
    });
  } catch (error) {
    await container.remove();
    throw error;
  }
}

export async function createdAgent(
  connection: DockerConnection,
  task: AgentTask,
  context: CallContext,
): Promise<DockerContainer> {
  const image = await agentImage(connection, context);
  await removeUnstarted(connection, task.purpose, context);
  const { id } = await connection.call(context, {
    what: `create agent ${task.name}`,
    send: (docker, abortSignal) => docker.createContainer({ ...agentContainer(task, image), abortSignal }),
  });
  return new DockerContainer(connection, id, { clock: context.clock, signal: new AbortController().signal });
}

async function answered(docker: Docker, id: string, input: Buffer, abortSignal: AbortSignal): Promise<AgentAnswer> {
  const container = docker.getContainer(id);
  const { stream, stdout, stderr } = await attached(docker, id);
  abortSignal.addEventListener('abort', () => stream.destroy(), { once: true });
  const said = Promise.all([buffer(stdout), text(stderr)]);
  // Asked for before it starts: it removes itself at its end, and nobody knows its exit code afterwards.
  const ended: Promise<unknown> = container.wait({ condition: 'removed', abortSignal });
  ended.catch(() => undefined);
  await container.start({ abortSignal });
  stream.end(input);
  const [[output, complaint], end] = await Promise.all([said, ended]);
  return { code: exitCode(end), output, complaint: complaint.trim() };
}

/** The standard streams of a container that is about to start. */
export async function attached(docker: Docker, id: string) {
  const streams = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
  const stream = await docker.getContainer(id).attach(streams);
  if (!(stream instanceof Duplex)) throw new Error('expected a two-way stream from the engine');
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  const finish = (): void => {
    stdout.end();
    stderr.end();
  };
  // A broken connection means the same as its end.
  stream.once('end', finish).once('close', finish).once('error', finish);
  return { stream, stdout, stderr };
}

function exitCode(ended: unknown): number {
  if (typeof ended === 'object' && ended !== null && 'StatusCode' in ended) return Number(ended.StatusCode);
  throw new ChaosError('CHAOS_FAULT_FAILED', `expected the exit code of an agent, got ${JSON.stringify(ended)}`);
}
