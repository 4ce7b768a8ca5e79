import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContainer } from '../../docker-engine/index.ts';

/** A connection to an echo server that stays open, made in the network of a container. */
export async function openConnection(container: TestContainer, address: string, port = 7000) {
  const { Pid } = (await container.inspect()).State;
  const script = new URL('./talker.ts', import.meta.url).pathname;
  const command = ['--target', String(Pid), '--net', process.execPath, script, address, String(port)];
  const child = spawn('nsenter', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const first = await next();
  if (first !== 'open') throw new Error(`no connection: ${first}`);
  return {
    /** One round trip, in milliseconds. */
    async roundTrip(): Promise<number> {
      child.stdin.write('x\n');
      return Number(await next());
    },
    /** What comes when nothing was asked: `end`. */
    next,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
