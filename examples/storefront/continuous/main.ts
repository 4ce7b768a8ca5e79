// Chaos by chance on the storefront: node -C @bridge/source examples/storefront/continuous/main.ts [--for 30m] [--seed 1]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { duration } from '@bridge/chaos-core';
import { runContinuously } from './run-continuously.ts';

const { values } = parseArgs({
  options: { for: { type: 'string', default: '3m' }, seed: { type: 'string', default: '1' } },
});
const folder = await mkdtemp(join(tmpdir(), 'chaos-continuous-'));
try {
  const { tally, left, ledger, coverage, restarts, heapSlope } = await runContinuously({
    folder,
    time: duration.parse(values.for),
    seed: Number(values.seed),
    onDone: console.log,
  });
  const ended = (['passed', 'failed', 'inconclusive'] as const).map((outcome) => `${tally.ended(outcome)} ${outcome}`);
  console.log(`picks: ${ended.join(', ')}`);
  console.log(`faults: ${tally.effective} in effect, ${tally.leaked} leaked, ${left} left at the end`);
  console.log(`watchtower: ${restarts} restarts`);
  console.log(`ledger: ${ledger.size} entries, ${ledger.ok ? 'intact and complete' : 'NOT WHOLE'}`);
  const wrong = coverage.filter(({ recorded, heard }) => recorded !== heard);
  console.log(`coverage: ${coverage.map(({ card, recorded }) => `${card} ${recorded}`).join(', ')}`);
  console.log(
    `coverage from the ledger is ${wrong.length === 0 ? 'what was heard' : `WRONG: ${JSON.stringify(wrong)}`}`,
  );
  console.log(`memory: ${(heapSlope / 2 ** 20).toFixed(2)} MiB a minute`);
  process.exitCode = left + tally.leaked + wrong.length === 0 && ledger.ok ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
