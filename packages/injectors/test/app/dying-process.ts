import { Worker } from 'node:worker_threads';
import { ChaosEngine, messageOf } from '@bridge/chaos-core';
import { app, watchWorkers, writeCanariesTo } from '@bridge/chaos-injectors/app';

// A host that suffers one fault, with handlers of its own as told, and says what it lived to see.

const [, , state = '', type = '', params = '{}', mode = ''] = process.argv;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const engine = new ChaosEngine({ plugins: [app()], armed: true, state, guardian: 'none' });
await engine.start();
if (mode.includes('exception')) process.on('uncaughtException', ({ message }) => say(`exception ${message}`));
if (mode.includes('rejection')) process.on('unhandledRejection', (thrown) => say(`rejection ${messageOf(thrown)}`));
if (mode.includes('workers')) {
  watchWorkers();
  for (const name of ['mailer', 'thumbnails']) {
    const worker = new Worker('setInterval(() => {}, 1e6)', { eval: true, name });
    worker.on('exit', () => say(`${name} ended`)).unref();
  }
}
if (mode.includes('logger')) writeCanariesTo((text) => say(`log ${text}`));
process.on('exit', (code) => say(`exit handlers ran, code ${code}`));
engine.on('fault:spent', () => say('spent'));
try {
  const fault: unknown = { type, target: { app: 'self' }, params: JSON.parse(params) };
  await engine.run(engine.parse({ name: 'one fault', faults: [fault] })).report;
} catch (thrown) {
  say(`failed ${messageOf(thrown)}`);
}
await engine.close();
