import { buffer } from 'node:stream/consumers';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import { streamsOf } from './agent/streams.ts';

export interface Command {
  /** Program and arguments; no shell. */
  readonly argv: readonly string[];
  readonly user?: string | undefined;
  readonly folder?: string | undefined;
  /** Milliseconds until the call counts as failed; the program itself goes on. */
  readonly timeout: number;
}

/** Runs a program inside a running container until it ends. */
export async function execIn(
  connection: DockerConnection,
  id: string,
  { argv, user, folder, timeout }: Command,
  context: CallContext,
): Promise<{ readonly code: number; readonly output: string }> {
  return connection.call(context, {
    what: `run ${JSON.stringify(argv[0])} in container ${id.slice(0, 12)}`,
    timeout,
    send: async (docker, abortSignal) => {
      const exec = await docker.getContainer(id).exec({
        Cmd: [...argv],
        AttachStdout: true,
        AttachStderr: true,
        ...(user === undefined ? {} : { User: user }),
        ...(folder === undefined ? {} : { WorkingDir: folder }),
        abortSignal,
      });
      const stream = await exec.start({ hijack: true, stdin: false });
      abortSignal.addEventListener('abort', () => stream.destroy(), { once: true });
      const { stdout, stderr } = streamsOf(docker, stream);
      const [out, err] = await Promise.all([buffer(stdout), buffer(stderr)]);
      abortSignal.throwIfAborted();
      const { ExitCode } = await exec.inspect({ abortSignal });
      // The engine has none for a program that it could not start.
      return { code: ExitCode ?? 127, output: Buffer.concat([out, err]).toString() };
    },
  });
}
