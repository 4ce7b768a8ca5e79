// A user's program: compiled strictly against the published types, then run.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChaosEngine, defineExperiment, isChaosError, type Report } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { processes } from '@bridge/chaos-injectors';
import { http } from '@bridge/chaos-recovery';

const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address() as AddressInfo;
const victim = spawn('sleep', ['600']);

const engine = new ChaosEngine({ plugins: [processes()], state: process.argv[2] ?? '.chaos', armed: true });
await engine.start();
const experiment = defineExperiment(engine, {
  name: 'the front stays up while a helper is paused',
  steadyState: {
    probes: [http({ name: 'front', url: `http://127.0.0.1:${port}/`, every: '20ms', timeout: '1s' })],
    objectives: [{ probe: 'front', success: 0.9 }],
  },
  baseline: '500ms',
  faults: [{ type: 'process.pause', target: { process: victim.pid ?? 0 }, for: '2s' }],
  recovery: { within: '10s', hold: '300ms' },
  expect: 'held',
});
// Never called: that it compiles only with the expected errors is the check.
export async function wrong(): Promise<void> {
  // @ts-expect-error: no plugin has this fault.
  await engine.inject({ type: 'process.nothing', target: { process: 1 } });
  // @ts-expect-error: the fault acts on processes.
  await engine.inject({ type: 'process.pause', target: { container: 'x' } });
  // @ts-expect-error: the fault has no such param.
  await engine.inject({ type: 'process.pause', target: { process: 1 }, params: { delay: '1s' } });
}

try {
  const report: Report = await engine.run(experiment).report;
  console.log(report.verdict, virtualClock().pending);
  await engine.inject({ type: 'process.pause', target: { process: process.pid } }).catch((error: unknown) => {
    console.log(isChaosError(error) ? error.code : error);
  });
} finally {
  await engine.close();
  victim.kill();
  server.close();
}
