/**
 * The ledger beside its floors. `node -C @bridge/source bench/ledger/main.ts [entries]`; default a million entries, on
 * the disk of the temporary folder (set TMPDIR to measure another).
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { seededRandom, systemClock } from '@bridge/chaos-core';
import { openLedger } from '@bridge/chaos-ledger';
import { benchEntry } from './entries.ts';
import { floors } from './floors.ts';
import { closedLoop, format, line } from './measure.ts';

const run = promisify(execFile);
const random = seededRandom('bench');
const total = Number(process.argv[2] ?? 1_000_000);
const directory = await mkdtemp(join(tmpdir(), 'chaos-ledger-bench-'));

/** Share of the event loop that appending `perSecond` entries takes. */
async function loopUse(perSecond: number, seconds: number, append: () => Promise<unknown>): Promise<number> {
  const pending: Promise<unknown>[] = [];
  const start = performance.now();
  const before = performance.eventLoopUtilization();
  for (let sent = 0; sent < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - start) / 1000) * perSecond));
    for (; sent < due; sent += 1) pending.push(append());
    await systemClock.sleep(1);
  }
  await Promise.all(pending);
  return performance.eventLoopUtilization(before).utilization;
}

try {
  const floor = await floors(directory);
  const folder = join(directory, 'ledger');
  const ledger = await openLedger({ directory: folder });
  let next = 0;
  const append = (): Promise<unknown> => {
    next += 1;
    return ledger.append(benchEntry(next - 1));
  };
  await closedLoop(5_000, 64, append);
  const bound = 1.5 * floor.p50 + 0.2;
  line('append, 1 at a time', format(await closedLoop(3_000, 1, append)), `aim p50 <= ${bound.toFixed(2)} ms here`);
  line('append, 64 at a time', format(await closedLoop(60_000, 64, append)), 'aim >= 15,000/s');
  line('append, 1024 at a time', format(await closedLoop(150_000, 1024, append)), 'aim >= 40,000/s');
  const use = await loopUse(2_000, 4, append);
  line('event loop at 2,000 entries/s', `${(use * 100).toFixed(0)} %`, 'aim <= 25 %');
  if (total > next) await closedLoop(total - next, 1024, append);
  const proof = await closedLoop(200, 1, () => ledger.prove(random.int(next)));
  line(`proof of one entry in ${next}`, format(proof), 'aim <= 5 ms');
  const query = await closedLoop(50, 1, () => ledger.query({ run: `run-${random.int(Math.ceil(next / 40))}` }));
  line(`entries of one run in ${next}`, format(query));
  await ledger.close();
  const child = fileURLToPath(new URL('./verify-child.ts', import.meta.url));
  const { stdout } = await run(process.execPath, ['-C', '@bridge/source', child, folder]);
  const { seconds, rss, ok, size } = JSON.parse(stdout);
  line(
    `verify ${size} entries (${ok ? 'ok' : 'NOT OK'})`,
    `${seconds.toFixed(2)} s  RSS ${Math.round(rss)} MiB`,
    'aim <= 3 s, <= 300 MB per million',
  );
  const start = performance.now();
  await (await openLedger({ directory: folder })).close();
  line('open (replays everything)', `${((performance.now() - start) / 1000).toFixed(2)} s`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
