import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { calibrate, calibrationLines, http } from '@bridge/chaos-recovery';

/**
 * Real A/A runs: how often the rule calls a real HTTP service, which nobody touches, worse than itself. The service
 * works a few ms per request, so that there is a latency to compare.
 * Run: node -C @bridge/source bench/recovery/calibration.ts [--runs 30] [--window 10]
 */
const { runs, window } = parseArgs({
  options: { runs: { type: 'string', default: '30' }, window: { type: 'string', default: '10' } },
}).values;

const service = fork(new URL('./working-service.mjs', import.meta.url), { execArgv: [] });
const [port] = await once(service, 'message');
const result = await calibrate({
  probes: [http({ name: 'web', url: `http://127.0.0.1:${port}`, every: '20ms', timeout: '2s' })],
  window: Number(window) * 1000,
  runs: Number(runs),
  onRun: ({ verdicts }) => console.log(`run ${verdicts.trials}: ${verdicts.alarms} false alarms so far`),
});
for (const line of calibrationLines(result)) console.log(line);
service.disconnect();
