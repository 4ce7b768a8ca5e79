import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Everything it has written. */
  readonly output: string;
}

export interface ServerSetting {
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Ends it at once. Default SIGKILL. */
  readonly kill?: NodeJS.Signals;
}

/** Starts a server in the foreground and waits until its output shows that it is up. */
export async function startServer(
  file: string,
  args: readonly string[],
  up: RegExp,
  { kill = 'SIGKILL', ...setting }: ServerSetting,
): Promise<ServerProcess> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...setting });
  let output = '';
  const ready = Promise.withResolvers<void>();
  const read = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    if (up.test(output)) ready.resolve();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = once(child, 'exit');
  child.once('error', ready.reject);
  child.once('exit', (code) => ready.reject(new Error(`${file} ended with ${code}: ${output}`)));
  await ready.promise;
  return {
    child,
    get output() {
      return output;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGCONT');
      child.kill(kill);
      await ended;
    },
  };
}
