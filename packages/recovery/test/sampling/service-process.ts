import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A service in a process of its own, so that nothing the test does can slow it down. */
export async function stallingService(stallAt: number, stallFor: number) {
  const child = fork(new URL('./stalling-service.mjs', import.meta.url), [`${stallAt}`, `${stallFor}`], {
    execArgv: [],
  });
  const [port] = await once(child, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
