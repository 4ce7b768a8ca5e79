import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerProcess extends AsyncDisposable {
  /** Its output when it was up, with the match. */
  readonly up: RegExpExecArray;
}

/** Starts a server in the foreground and waits until its output shows that it is up. */
export async function startServer(
  file: string,
  args: readonly string[],
  up: RegExp,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ServerProcess> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  const ready = Promise.withResolvers<RegExpExecArray>();
  const read = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    const match = up.exec(output);
    if (match !== null) ready.resolve(match);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = once(child, 'exit');
  child.once('error', ready.reject);
  child.once('exit', (code) => ready.reject(new Error(`${file} ended with ${code}: ${output}`)));
  return {
    up: await ready.promise,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
