import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { readOriginKey } from '../src/embedded/key-files.ts';
import { layoutOf } from '../src/embedded/layout.ts';
import { loadLog } from '../src/embedded/load-log.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { verifyDirectory } from '../src/verify/verify-directory.ts';
import { entryAt } from './support/entries.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const SEGMENT = join('seg', '000000000000.jsonl');

interface Specimen {
  readonly directory: string;
  readonly bytes: Buffer;
  /** Position of the end of each commit. */
  readonly ends: readonly number[];
}

/** A closed ledger of seven commits with one or two entries each. */
async function specimen(): Promise<Specimen> {
  const directory = await temporaryFolder();
  const ledger = await openLedger({ directory });
  const ends: number[] = [];
  for (let at = 0; at < 7; at += 1) {
    const both = at % 2 === 0 ? [entryAt(at)] : [entryAt(at), entryAt(at + 100)];
    await Promise.all(both.map((entry) => ledger.append(entry)));
    ends.push((await readFile(join(directory, SEGMENT))).length);
  }
  await ledger.close();
  return { directory, bytes: await readFile(join(directory, SEGMENT)), ends };
}

const sizes = [1, 3, 4, 6, 7, 9, 10];
const sizeAfterCut = (ends: readonly number[], length: number): number =>
  sizes[ends.findLastIndex((end) => end <= length)] ?? 0;

async function load(directory: string) {
  const layout = layoutOf(directory);
  const key = await readOriginKey(layout);
  if (key === undefined) throw new Error('the specimen has a key');
  return loadLog(layout, key);
}

async function refusal(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (isChaosError(error)) return error.code;
    throw error;
  }
}

describe('a log that was cut off', () => {
  it('keeps every whole commit at every length of the last three commits', { timeout: 120_000 }, async () => {
    const { directory, bytes, ends } = await specimen();
    await rm(join(directory, 'checkpoint'));
    for (let length = ends.at(-4) ?? 0; length <= bytes.length; length += 1) {
      await writeFile(join(directory, SEGMENT), bytes.subarray(0, length));
      const log = await load(directory);
      expect(log.frontier.size, `cut at ${length}`).toBe(sizeAfterCut(ends, length));
      expect(log.torn === undefined, `cut at ${length}`).toBe(ends.includes(length));
    }
  });

  it('keeps the torn bytes aside, says so in an entry, and goes on', async () => {
    const { directory, bytes, ends } = await specimen();
    for (const length of [(ends.at(-2) ?? 0) + 1, bytes.length - 1]) {
      await rm(join(directory, 'checkpoint'));
      await rm(join(directory, 'quarantine'), { recursive: true, force: true });
      await writeFile(join(directory, SEGMENT), bytes.subarray(0, length));
      await using ledger = await openLedger({ directory });
      expect((await ledger.entry(9)).entry).toMatchObject({
        type: 'ledger:recovered',
        data: { bytes: length - (ends.at(-2) ?? 0) },
      });
      const [kept = ''] = await readdir(join(directory, 'quarantine'));
      expect(await readFile(join(directory, 'quarantine', kept))).toEqual(bytes.subarray(ends.at(-2), length));
      expect(await ledger.append(entryAt(50))).toEqual({ index: 10 });
    }
  });

  it('keeps every whole commit when sectors of the last commit were never written', async () => {
    const { directory, bytes, ends } = await specimen();
    await rm(join(directory, 'checkpoint'));
    const start = ends.at(-2) ?? 0;
    for (let from = start; from < bytes.length; from += 16) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0, from, Math.min(from + 512, bytes.length));
      await writeFile(join(directory, SEGMENT), damaged);
      expect((await load(directory)).frontier.size, `zeroed at ${from}`).toBe(9);
    }
  });

  it('refuses to open when an acknowledged end is missing', async () => {
    const { directory, bytes, ends } = await specimen();
    for (const end of [0, ...ends.slice(0, -1)]) {
      await writeFile(join(directory, SEGMENT), bytes.subarray(0, end));
      expect(await refusal(openLedger({ directory })), `cut at ${end}`).toBe('CHAOS_LEDGER_DAMAGED');
      expect(await readFile(join(directory, SEGMENT))).toEqual(bytes.subarray(0, end));
      expect((await verifyDirectory(directory)).integrity.verdict).toBe('damaged');
    }
  });
});

describe('a log with a changed byte', () => {
  it('is found damaged at the right entry, whichever byte it is', { timeout: 120_000 }, async () => {
    const { directory, bytes, ends } = await specimen();
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(join(directory, SEGMENT), damaged);
      const { integrity } = await verifyDirectory(directory);
      const commit = ends.findIndex((end) => at < end);
      if (integrity.verdict === 'intact') throw new Error(`byte ${at} went unnoticed`);
      expect(integrity.index, `byte ${at}`).toBeGreaterThanOrEqual(sizes[commit - 1] ?? 0);
      expect(integrity.index, `byte ${at}`).toBeLessThanOrEqual(sizes[commit] ?? 0);
    }
    await writeFile(join(directory, SEGMENT), bytes);
    expect((await verifyDirectory(directory, { everySignature: true })).integrity).toEqual({ verdict: 'intact' });
  });

  it('is never opened for writing and never touched', async () => {
    const { directory, bytes } = await specimen();
    for (let at = 3; at < bytes.length; at += 41) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      await writeFile(join(directory, SEGMENT), damaged);
      expect(await refusal(openLedger({ directory })), `byte ${at}`).toBe('CHAOS_LEDGER_DAMAGED');
      expect((await readFile(join(directory, SEGMENT))).equals(damaged)).toBe(true);
    }
    await writeFile(join(directory, SEGMENT), bytes);
  });

  it('is noticed when an old copy of the whole folder but its checkpoint is put back', async () => {
    const { directory } = await specimen();
    const copy = await temporaryFolder();
    await cp(directory, copy, { recursive: true });
    await using ledger = await openLedger({ directory: copy });
    await ledger.append(entryAt(70));
    const newest = await ledger.checkpoint();
    const report = await verifyDirectory(directory, { known: [newest] });
    expect(report.integrity).toMatchObject({ verdict: 'damaged', index: 10 });
  });
});
