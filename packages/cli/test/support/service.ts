import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** An HTTP service in a process of its own that answers at once. */
export interface Service extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
}

const PROGRAM = `require('node:http').createServer((_, response) => response.end('ok'))
  .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

export async function service(): Promise<Service> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${String(port).trim()}/`,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      // Continued first: a stopped process is killed too, but a test that failed may have left it stopped.
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
