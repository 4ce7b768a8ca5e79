// The process that runs the engine, and the one that the demo kills.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine, coreJudge, type Experiment, type Step } from '@bridge/chaos-core';
import { openLedger } from '@bridge/chaos-ledger';
import { engineSettings, type FromEngine, toEngine } from '../messages.ts';
import { experiments, lastExperiment } from './experiments.ts';
import { plugins } from './plugins.ts';

const settings = engineSettings.parse(JSON.parse(process.argv[2] ?? ''));
// A demo that has gone away needs no news; that it has, is told by `disconnect`.
const say = (message: FromEngine): void => void process.send?.(message, undefined, undefined, () => {});

await mkdir(settings.reports, { recursive: true });
const ledger = await openLedger({ directory: settings.ledger });
const engine = new ChaosEngine({
  plugins: plugins(settings.registry),
  state: settings.state,
  armed: true,
  ledger,
  lease: '3s',
  service: 'demo',
  // Outages here last seconds, and the machine may be busy: probes may be sent this late (default 25 ms).
  judge: coreJudge({ lagFloor: 200 }),
});
engine.on('*', (event) => say({ kind: 'event', event }));
process.on('message', (message) => engine.signal(toEngine.parse(message).signal));
process.once('disconnect', async () => {
  await engine.close();
  await ledger.close();
});

await engine.start();
const all = [...experiments(settings), lastExperiment(settings)].map((experiment) => engine.parse(experiment));
for (const [index, experiment] of all.entries()) {
  if (!process.connected) break;
  say({
    kind: 'chapter',
    number: index + 1,
    of: all.length,
    title: experiment.name,
    holds: holdsOf(experiment.faults),
  });
  const report = await engine.run(experiment, { actor: 'demo' }).report;
  const file = join(settings.reports, `${index + 1}-${experiment.name.replace(/[^a-z].*/, '')}.json`);
  await writeFile(file, JSON.stringify(report, undefined, 2));
  say({ kind: 'report', report, file });
}

function holdsOf(steps: Experiment['faults']): Record<string, number> {
  return Object.fromEntries(steps.flatMap(holdOf));
}

function holdOf(step: Step): [string, number][] {
  if (step.kind === 'parallel') return step.steps.flatMap(holdOf);
  return step.kind === 'fault' && step.for !== undefined ? [[step.type, step.for]] : [];
}
