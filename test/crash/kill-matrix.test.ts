import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshSeed, seededRandom } from '@bridge/chaos-core';
import { containers, processes, proxies } from '@bridge/chaos-injectors';
import { afterAll, describe, expect, it } from 'vitest';
import { planKills, type Strike } from './kill/plan.ts';
import { rawUndo } from './kill/raw-undo.ts';
import { killOnce, type Round } from './kill/round.ts';
import { killTable } from './kill/table.ts';
import { VictimPool } from './victim/pool.ts';
import { type Breakage, breakages, isSlow, type Subject } from './world/subject.ts';

/** How many engines are killed in all; half of them at random times. */
const KILLS = Number(process.env['CHAOS_KILLS'] ?? 210);
const SEED = process.env['CHAOS_SEED'] ?? String(freshSeed());
const STANDING_BY = 3;

const registry = await mkdtemp(join(tmpdir(), 'chaos-registry-'));
const faults = breakages(registry);
const makePlugins = () => [containers(), processes(), proxies({ registry })];
const pool = new VictimPool(STANDING_BY, { registry });
const results = new Map<string, { rounds: Round[]; undo: number }>();

afterAll(async () => {
  await pool[Symbol.asyncDispose]();
  await rm(registry, { recursive: true, force: true });
  process.stdout.write(`\nSIGKILL to clean, ms (seed ${SEED})\n${killTable(results)}\n`);
});

/** Carries out strikes one after the other on one target, which is made anew when it was ended for good. */
async function lane(breakage: Breakage, strikes: Strike[]): Promise<Round[]> {
  const rounds: Round[] = [];
  let subject: Subject | undefined;
  try {
    for (let strike = strikes.shift(); strike !== undefined; strike = strikes.shift()) {
      if ((await subject?.witness()) === 'ended') subject = undefined;
      subject ??= await breakage.make();
      await using victim = await pool.take();
      const before = await subject.witness();
      const round = await killOnce({ breakage, subject, before, victim, strike, makePlugins }).catch(
        (error: unknown) => {
          throw new Error(`${breakage.type}, ${JSON.stringify(strike)}, seed ${SEED}`, { cause: error });
        },
      );
      if (round !== undefined) rounds.push(round);
      // It was over before the kill: once more, sooner.
      else if (strike.strike.when === 'time') strikes.push(sooner(strike, strike.strike.after));
    }
  } finally {
    await subject?.[Symbol.asyncDispose]();
  }
  return rounds;
}

/** Milliseconds from the first verb to the last, in an engine that nobody kills. */
async function lifeOf({ type, make }: Breakage): Promise<number> {
  await using subject = await make();
  await using victim = await pool.take();
  const { selector: target, params } = subject;
  victim.tell({ type, target, params, signal: 'SIGKILL', strike: { when: 'never' }, guardianToo: false });
  return (await victim.hears('done')).took;
}

function sooner({ guardianToo }: Strike, after: number): Strike {
  return { strike: { when: 'time', after: after / 2 }, guardianToo };
}

describe('an engine killed with SIGKILL', () => {
  it.concurrent.each(faults)(
    'during $type leaves nothing broken',
    async (breakage) => {
      const undo = await rawUndo(breakage);
      const life = await lifeOf(breakage);
      const share = Math.ceil(KILLS / faults.length);
      const strikes = [...planKills(breakage, share, life, seededRandom(`${SEED}/${breakage.type}`))];
      const lanes = Array.from({ length: isSlow(breakage) ? 3 : 1 }, () => lane(breakage, strikes));
      const rounds = (await Promise.all(lanes)).flat();
      results.set(breakage.type, { rounds, undo });
      expect(rounds).toHaveLength(share);
    },
    600_000,
  );
});
