// Drills a storefront with the thirteen built-in cards, and prints what came of it.
// node -C @bridge/source examples/storefront/cards.ts [card …]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrillRecord, GateName } from '@bridge/chaos-core';
import { drillStorefront } from './drill-storefront.ts';

const GATES: readonly GateName[] = ['effect', 'trigger', 'playbook', 'task', 'slo', 'rollback', 'collateral'];
const MARKS = { passed: '✓', failed: '✗', inconclusive: '?', 'not-required': '·' } as const;
const wanted = process.argv.slice(2);
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interruption.abort(new Error(`stopped by ${name}`)));
}

function line({ card, target, outcome, gates, timeToDetect, timeToRecover, reason }: DrillRecord): string {
  const marks = GATES.map((name) => {
    const gate = gates.find((one) => one.name === name);
    return (gate === undefined ? ' ' : MARKS[gate.outcome]).padEnd(name.length);
  });
  const times = [timeToDetect, timeToRecover].map((time) => (time === null ? '-' : `${(time / 1000).toFixed(1)} s`));
  const cells = [
    card.padEnd(7),
    target.padEnd(9),
    outcome.padEnd(12),
    ...marks,
    ...times.map((one) => one.padStart(7)),
  ];
  return cells.join(' ') + (outcome === 'passed' ? '' : `  ${reason}`);
}

const folder = await mkdtemp(join(tmpdir(), 'bridge-chaos-storefront-'));
try {
  console.log(['card   ', 'target   ', 'outcome     ', ...GATES, ' detect', 'recover'].join(' '));
  const records = await drillStorefront({
    folder,
    cards: ({ id }) => wanted.length === 0 || wanted.includes(id),
    onDrilled: (record) => console.log(line(record)),
    signal: interruption.signal,
  });
  const passed = records.filter(({ outcome }) => outcome === 'passed').length;
  console.log(`${passed} of ${records.length} drills passed`);
  if (passed < records.length) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
