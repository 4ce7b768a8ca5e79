import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { containers } from '@bridge/chaos-injectors';

// Runs inside a container as an engine would: launches its guardian, says hello, prints the answer, then waits.
const { guardian } = containers();
if (guardian === undefined) throw new Error('The plugin offers no guardian.');
const launch = {
  state: process.env['STATE'] ?? '',
  entry: new URL('stand-in.mjs', import.meta.url).pathname,
  nodeFlags: ['--no-warnings'],
};
const verdict = await guardian.applies(launch);
process.stdout.write(`${JSON.stringify(verdict)}\n`);
if (verdict.applies) {
  const running = await guardian.launch(launch);
  const lines = createInterface({ input: running.stdout });
  running.stdin.write('hello\n');
  const [line] = await once(lines, 'line');
  process.stdout.write(`${line}\n`);
  void running.exited.then(() => process.stdout.write('guardian ended\n'));
  process.once('SIGUSR1', () => running.kill());
  process.once('SIGUSR2', () => running.unref());
  if (process.env['LEAVE'] === 'yes') running.unref();
  else running.ref();
}
