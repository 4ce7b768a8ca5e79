import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportBundle } from '../src/bundle/export-bundle.ts';
import type { ChaosLedger } from '../src/ledger/chaos-ledger.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { retain } from '../src/ledger/retention.ts';
import { Frontier } from '../src/merkle/frontier.ts';
import { policyOf } from '../src/note/policy.ts';
import { generateSigner } from '../src/note/signer.ts';
import { verify } from '../src/verify/verify.ts';
import { type ReadableLog, verifyLog } from '../src/verify/verify-log.ts';
import { entries, entryAt } from './support/entries.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

async function filled(ledger: ChaosLedger, count: number): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    await Promise.all(entries(Math.min(100, count - from), from).map((entry) => ledger.append(entry)));
  }
}

const trusting = (ledger: ChaosLedger) =>
  policyOf(
    ledger
      .keys()
      .slice(0, 1)
      .map(({ verifier }) => verifier),
  );

describe('verifying a folder', () => {
  it('finds a sound log intact and complete, while it is being written and after a key rotation', async () => {
    const directory = await temporaryFolder();
    await using ledger = await openLedger({ directory, segment: { size: '20KB' } });
    await filled(ledger, 700);
    await ledger.rotateKey();
    await ledger.append(entryAt(700));
    const report = await verify({ directory, policy: trusting(ledger), everySignature: true });
    expect(report).toMatchObject({
      ok: true,
      size: 702,
      root: (await ledger.head()).root,
      trust: 'policy',
      integrity: { verdict: 'intact' },
      completeness: { verdict: 'complete', sources: 2, gaps: [] },
      anchored: { size: 0 },
      unanchored: { from: 0, to: 702 },
    });
  });

  it('says so when the policy trusts another key', async () => {
    const directory = await temporaryFolder();
    await using ledger = await openLedger({ directory });
    await filled(ledger, 3);
    const report = await verify({ directory, policy: policyOf([generateSigner(ledger.origin).verifier]) });
    expect(report.integrity).toMatchObject({ verdict: 'damaged' });
  });

  it('tells a hole in a source from a damaged log', async () => {
    const directory = await temporaryFolder();
    await using ledger = await openLedger({ directory });
    for (const at of [0, 1, 4, 3, 9]) await ledger.append(entryAt(at));
    const sources = [{ service: 'shop', instance: 'shop-1', boot: 'boot-1', sequence: 12 }];
    await ledger.record('ledger:heartbeat', { sources });
    const { ok, integrity, completeness } = await verify({ directory });
    expect({ ok, integrity }).toEqual({ ok: false, integrity: { verdict: 'intact' } });
    expect(completeness.gaps.map(({ from, to }) => [from, to])).toEqual([
      [3, 3],
      [6, 9],
      [11, 12],
    ]);
  });

  it('goes on being intact after retention, and calls what is left partial', async () => {
    const directory = await temporaryFolder();
    await using ledger = await openLedger({ directory, segment: { size: '20KB' } });
    await filled(ledger, 1_000);
    const before = await ledger.checkpoint();
    const { first } = await retain(ledger, { keepEntries: 200, force: 'test' });
    const report = await verify({ directory, known: [before] });
    expect(report).toMatchObject({ ok: true, first, size: 1_001, completeness: { verdict: 'partial' } });
  });

  it('does not miss entries that retention may have removed, only those a source counted since', async () => {
    const directory = await temporaryFolder();
    await using ledger = await openLedger({ directory, segment: { size: '20KB' } });
    const source = { service: 'shop', instance: 'shop-2', boot: 'boot-1', sequence: 1 };
    await ledger.append(entryAt(0, { id: 'other', source }));
    await filled(ledger, 1_000);
    await ledger.record('ledger:heartbeat', { sources: [source] });
    await retain(ledger, { keepEntries: 200, force: 'test' });
    expect((await verify({ directory })).completeness).toEqual({ verdict: 'partial', sources: 3, gaps: [] });
    await ledger.record('ledger:heartbeat', { sources: [{ ...source, sequence: 3 }] });
    const { service, instance, boot } = source;
    expect((await verify({ directory })).completeness).toMatchObject({
      verdict: 'gaps',
      gaps: [{ service, instance, boot, from: 2, to: 3 }],
    });
  });
});

/** The log as a thief would hand it over: entries replaced, everything else as it was. */
async function tampered(ledger: ChaosLedger, change: (texts: string[]) => string[]): Promise<ReadableLog> {
  const { size, note } = await ledger.head();
  const texts: string[] = [];
  for await (const { text } of ledger.store.read(0, size)) texts.push(text);
  async function* entriesOf() {
    for (const text of change(texts)) yield { text };
  }
  async function* checkpointsOf() {
    yield { note: await ledger.checkpoint(12) };
    yield { note };
  }
  const { origin } = ledger;
  return {
    origin,
    start: new Frontier(),
    keys: ledger.keys(),
    entries: entriesOf(),
    checkpoints: checkpointsOf(),
    kept: [],
  };
}

describe('verifying an open ledger', () => {
  it('finds it intact', async () => {
    await using ledger = await memoryLedger();
    await filled(ledger, 20);
    expect(await verify({ ledger, policy: trusting(ledger) })).toMatchObject({ ok: true, trust: 'policy' });
    expect((await verifyLog(await tampered(ledger, (texts) => texts))).ok).toBe(true);
  });

  it.each<[string, (texts: string[]) => string[], number]>([
    ['changed', (texts) => texts.with(15, (texts[15] ?? '').replace('ci', 'me')), 12],
    ['swapped', (texts) => texts.with(3, texts[4] ?? '').with(4, texts[3] ?? ''), 0],
    ['inserted', (texts) => texts.toSpliced(13, 0, texts[2] ?? ''), 12],
    ['removed inside', (texts) => texts.toSpliced(13, 1), 19],
    ['removed at the end', (texts) => texts.slice(0, -1), 19],
    ['added at the end', (texts) => [...texts, texts[0] ?? ''], 20],
  ])('notices an entry that was %s', async (_, change, index) => {
    await using ledger = await memoryLedger();
    await filled(ledger, 20);
    const { integrity } = await verifyLog(await tampered(ledger, change));
    expect(integrity).toMatchObject({ verdict: 'damaged', index });
  });
});

describe('a proof bundle', () => {
  it('is complete without a filter, and every file of it is checked', async () => {
    const directory = await temporaryFolder();
    const bundle = join(directory, 'bundle');
    await using ledger = await memoryLedger();
    await filled(ledger, 50);
    const previous = await ledger.checkpoint(20);
    const manifest = await exportBundle(ledger, { directory: bundle, by: 'auditor', reason: 'Q1', previous });
    expect(manifest).toMatchObject({ complete: true, count: 51, indexes: [[0, 51]] });
    const policy = trusting(ledger);
    expect(await verify({ bundle, policy, known: [previous] })).toMatchObject({
      ok: true,
      size: 51,
      completeness: { verdict: 'complete' },
    });
    for (const name of [...Object.keys(manifest.files), 'manifest.json', 'manifest.note', 'checkpoint']) {
      const path = join(bundle, name);
      const bytes = await readFile(path);
      const changed = Buffer.from(bytes);
      const at = Math.floor(bytes.length / 2);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(path, changed);
      const ok = await verify({ bundle, policy }).then(
        (report) => report.ok,
        () => false,
      );
      expect(ok, name).toBe(false);
      await writeFile(path, bytes);
    }
  });

  it('says that a selection is one, and proves each entry of it', async () => {
    const bundle = join(await temporaryFolder(), 'bundle');
    await using ledger = await memoryLedger();
    await filled(ledger, 40);
    const manifest = await exportBundle(ledger, { directory: bundle, by: 'auditor', reason: 'run 2', run: 'run-2' });
    expect(manifest).toMatchObject({ complete: false, count: 10, indexes: [[20, 30]], filter: { run: 'run-2' } });
    expect(await verify({ bundle })).toMatchObject({
      ok: true,
      trust: 'own-key',
      completeness: { verdict: 'partial' },
    });
    expect(await readFile(join(bundle, 'report.csv'), 'utf8')).toContain('"run-2"');
    expect((await ledger.query({ type: 'ledger:exported' })).records).toHaveLength(1);
    await expect(exportBundle(ledger, { directory: bundle, by: 'x', reason: 'y' })).rejects.toThrow(
      'CHAOS_LEDGER_OPTIONS_INVALID',
    );
  });
});
