// The supervisor: starts the back end again when it ends, and looks at the front as a monitor would. What it notices and
// does, it says to its parent: the engine turns that into time to detect.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod';
import { ready, type Signal, watchOrder } from '../messages.ts';
import { get } from './get.ts';

const [, , store = ''] = process.argv;
const RESTART_DELAY = 300;
const INTERVAL = 100;
const PATIENCE = 500;
/** Checks in a row that must agree. */
const AGREEING = 3;

const say = (signal: Signal): void => void process.send?.({ signal });
let back: ChildProcess | undefined;

/** @param port 0 for a free one; later ones take the port of the first, where the front looks for it */
async function keepBackRunning(port: number): Promise<void> {
  const child = fork(join(import.meta.dirname, 'back.ts'), [store, String(port)]);
  back = child;
  child.once('exit', () => {
    say({ kind: 'trigger', name: 'back-end-exited' });
    setTimeout(() => {
      say({ kind: 'playbook', name: 'restart-back-end' });
      void keepBackRunning(port === 0 ? bound : port);
    }, RESTART_DELAY);
  });
  const bound = ready.parse((await once(child, 'message'))[0]).port;
  process.send?.({ port: bound, back: child.pid });
}

function watch(name: string, url: string): void {
  let fine = true;
  let contrary = 0;
  setInterval(async () => {
    const answered = await get(url, PATIENCE).then(
      () => true,
      () => false,
    );
    contrary = answered === fine ? 0 : contrary + 1;
    if (contrary < AGREEING) return;
    fine = answered;
    contrary = 0;
    say(fine ? { kind: 'task', name: `${name}-is-fine-again` } : { kind: 'trigger', name: `${name}-is-failing` });
  }, INTERVAL);
}

process.on('message', (message) => {
  for (const { name, url } of z.array(watchOrder).parse(message)) watch(name, url);
});
process.once('disconnect', () => {
  back?.kill('SIGKILL');
  process.exit();
});
await keepBackRunning(0);
