import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Random, seededRandom } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('./support/appending-child.ts', import.meta.url));
const KILLS = Number(process.env['CHAOS_KILLS'] ?? 150);
/** Ledgers that are killed side by side. */
const LANES = 6;

/** Runs the child until it has acknowledged `acks` entries, kills it, and returns all it had acknowledged. */
async function killAfter(directory: string, from: number, acks: number): Promise<Map<number, number>> {
  const child = spawn(process.execPath, ['-C', '@bridge/source', CHILD, directory, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // The children's start is most of the test's time.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'chaos-ledger-compile-cache') },
  });
  let text = '';
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    lines += chunk.split('\n').length - 1;
    if (lines >= acks) child.kill('SIGKILL');
  });
  const [code, signal] = await once(child, 'close');
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  const complete = text.slice(0, text.lastIndexOf('\n')).split('\n');
  return new Map(complete.map((line) => line.split(' ').map(Number)).map(([at = -1, index = -1]) => [at, index]));
}

/** Kills the writers of one ledger one after the other, then compares the ledger with what they had acknowledged. */
async function killRounds(kills: number, random: Random): Promise<{ acknowledged: number; torn: number }> {
  const directory = await temporaryFolder();
  const acks = new Map<number, number>();
  for (let kill = 0; kill < kills; kill += 1) {
    const from = acks.size === 0 ? 0 : Math.max(...acks.keys()) + 1_000;
    for (const [at, index] of await killAfter(directory, from, 1 + random.int(200))) acks.set(at, index);
  }
  await using ledger = await openLedger({ directory });
  const { size } = await ledger.head();
  const stored = new Map<string, number>();
  for await (const { index, text } of ledger.store.read(0, size)) stored.set(JSON.parse(text).id, index);
  for (const [at, index] of acks) expect(stored.get(`entry-${at}`), `entry ${at}`).toBe(index);
  return { acknowledged: acks.size, torn: (await readdir(join(directory, 'quarantine'))).length };
}

describe('a killed process', () => {
  it(`loses nothing that was acknowledged, and its ledger opens again, in ${KILLS} kills`, {
    timeout: KILLS * 4_000 + 60_000,
  }, async () => {
    const random = seededRandom('kills');
    const rounds = Array.from({ length: LANES }, (_, lane) => Math.floor((KILLS + lane) / LANES));
    const results = await Promise.all(rounds.map((kills, lane) => killRounds(kills, random.fork(String(lane)))));
    const sum = (of: 'acknowledged' | 'torn'): number => results.reduce((total, result) => total + result[of], 0);
    expect(sum('acknowledged')).toBeGreaterThanOrEqual(KILLS);
    expect(sum('torn')).toBeLessThanOrEqual(KILLS);
  });
});
