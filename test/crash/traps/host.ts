import { ChaosEngine, processGuardian } from '@bridge/chaos-core';
import flags from './flag-plugin.ts';
import { hostOrder } from './host-order.ts';

// A host process that holds faults and then ends, or stays, as it is told.

const order = hostOrder.parse(JSON.parse(process.argv[2] ?? 'null'));
const { state, folder, lease, faults, listens, emergencySignal, stopFile, guardianCommand } = order;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const engine = new ChaosEngine({
  plugins: [flags(order.flags)],
  armed: true,
  state,
  lease,
  safety: { maxActiveFaults: 100, maxShareOfGroup: 1 },
  guardian: guardianCommand.length === 0 ? 'process' : processGuardian({ command: guardianCommand }),
  ...(emergencySignal ? { emergencySignal: 'SIGUSR2' as const } : {}),
  ...(stopFile === undefined ? {} : { stopFile }),
});
engine.on('*', ({ type, data }) => say({ say: type, data }));
if (listens) {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      say({ say: 'heard', signal });
      engine.once('fault:reverted', () => setImmediate(() => process.exit(7)));
    });
  }
}
await engine.start();
for (let n = 0; n < faults; n += 1)
  await engine.inject({ type: 'folder.flag', target: { folder }, params: { name: `flag-${n}` } });
say({ say: 'active' });

switch (order.ending) {
  case 'exit':
    setImmediate(() => process.exit(3));
    break;
  case 'throw':
    setImmediate(() => {
      throw new Error('uncaught, on purpose');
    });
    break;
  case 'reject':
    void Promise.reject(new Error('unhandled, on purpose'));
    break;
  case 'stay':
    setInterval(() => undefined, 1_000);
    break;
  case 'return':
    break;
  default:
    order.ending satisfies never;
}
