import { describe, expect, it } from 'vitest';
import type { ChaosLedger, LedgerOptions } from '../../src/ledger/chaos-ledger.ts';
import { placeHold, releaseHold } from '../../src/ledger/legal-hold.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { consistencyOf, inclusionOf } from '../../src/ledger/proof-desk.ts';
import { retain } from '../../src/ledger/retention.ts';
import { rootOf } from '../../src/merkle/frontier.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { verifyConsistency } from '../../src/merkle/proofs.ts';
import { openCheckpoint, readCheckpoint } from '../../src/note/checkpoint.ts';
import { policyOf } from '../../src/note/policy.ts';
import { parseTlogProof, verifyTlogProof } from '../../src/note/tlog-proof.ts';
import type { LedgerRecord } from '../../src/query/page.ts';
import { entries, entryAt } from './entries.ts';

/** How the suite gets at one kind of ledger. */
export interface LedgerUnderTest {
  open(options?: LedgerOptions): Promise<ChaosLedger>;
}

/** One that outlives its process. */
export interface DurableLedgerUnderTest extends LedgerUnderTest {
  reopen(ledger: ChaosLedger): Promise<ChaosLedger>;
}

async function texts(ledger: ChaosLedger): Promise<string[]> {
  const found: string[] = [];
  const { first, size } = await ledger.head();
  for await (const { text } of ledger.store.read(first, size)) found.push(text);
  return found;
}

async function append(ledger: ChaosLedger, count: number, from = 0): Promise<void> {
  await Promise.all(entries(count, from).map((entry) => ledger.append(entry)));
}

const indexes = (records: readonly LedgerRecord[]): number[] => records.map(({ index }) => index);

/** What every ledger must do, wherever it keeps its log. */
export function ledgerConformance(kind: string, prepare: () => Promise<LedgerUnderTest>): void {
  describe(`${kind}: appending`, () => {
    it('gives dense indexes in the order of the calls and signs the root of exactly these bytes', async () => {
      await using ledger = await (await prepare()).open();
      const receipts = await Promise.all(entries(300).map((entry) => ledger.append(entry)));
      expect(receipts.map(({ index }) => index)).toEqual(entries(300).map((_, at) => at));
      const stored = await texts(ledger);
      const checkpoint = openCheckpoint(await ledger.checkpoint(), ledger.store.signer.verifier);
      expect(checkpoint.size).toBe(300);
      expect(checkpoint.root).toBe(rootOf(stored.map((text) => leafHash(Buffer.from(text)))));
      expect((await ledger.entry(7)).entry).toMatchObject({ id: 'entry-7', v: 1, run: 'run-0', data: { at: 7 } });
    });

    it('answers a repeated id with the first receipt and stores it once', async () => {
      await using ledger = await (await prepare()).open();
      const twice = await Promise.all([ledger.append(entryAt(0)), ledger.append(entryAt(0))]);
      const later = await ledger.append({ ...entryAt(0), data: { other: true } });
      expect([...twice, later].map(({ index }) => index)).toEqual([0, 0, 0]);
      expect((await ledger.head()).size).toBe(1);
    });

    it('refuses what cannot be recorded and goes on', async () => {
      await using ledger = await (await prepare()).open();
      await expect(ledger.append(entryAt(0, { data: { bad: Number.NaN } }))).rejects.toThrow('/bad');
      await expect(ledger.append(entryAt(0, { time: 'yesterday' }))).rejects.toThrow('RFC 3339');
      await expect(ledger.append(entryAt(0, { data: { long: Array(20_000).fill('abc') } }))).rejects.toThrow('65535');
      expect(await ledger.append(entryAt(0))).toEqual({ index: 0 });
    });

    it('takes secrets out before hashing and says so', async () => {
      await using ledger = await (await prepare()).open({
        redaction: { allow: { 'host:log': ['/kept', '/deep/*/ok'] } },
      });
      const data = {
        password: 'hunter2',
        url: 'https://bob:s3cret@db/x',
        list: ['AKIAIOSFODNN7EXAMPLE'],
        fine: 'hello',
      };
      await ledger.append(entryAt(0, { data }));
      await ledger.append(
        entryAt(1, { type: 'host:log', data: { kept: 1, dropped: 2, deep: { a: { ok: 1, no: 2 } } } }),
      );
      const [first = '', second = ''] = await texts(ledger);
      for (const secret of ['hunter2', 's3cret', 'AKIAIOSFODNN7EXAMPLE']) expect(first).not.toContain(secret);
      const { entry } = await ledger.entry(0);
      expect(entry.redactions?.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
        '/password key-name',
        '/url url-credentials',
        '/list/0 aws-key',
      ]);
      expect(entry.data['fine']).toBe('hello');
      expect(JSON.parse(second).data).toEqual({ deep: { a: { ok: 1 } }, kept: 1 });
    });

    it('refuses when more waits than the queue may hold, if told so', async () => {
      await using ledger = await (await prepare()).open({ queue: { queueEntries: 10, whenFull: 'reject' } });
      const results = await Promise.allSettled(entries(50).map((entry) => ledger.append(entry)));
      const refused = results.filter(({ status }) => status === 'rejected').length;
      expect(refused).toBe(40);
      await ledger.append(entryAt(99));
      expect((await ledger.head()).size).toBe(11);
    });

    it('takes an entry that it had refused, once there is room', async () => {
      await using ledger = await (await prepare()).open({ queue: { queueEntries: 1, whenFull: 'reject' } });
      const first = ledger.append(entryAt(0));
      await expect(ledger.append(entryAt(1))).rejects.toThrow('CHAOS_LEDGER_OVERLOADED');
      await first;
      expect(await ledger.append(entryAt(1))).toEqual({ index: 1 });
    });

    it('waits for room otherwise', async () => {
      await using ledger = await (await prepare()).open({ queue: { queueEntries: 10 } });
      await append(ledger, 100);
      expect((await ledger.head()).size).toBe(100);
    });

    it('refuses after close', async () => {
      const ledger = await (await prepare()).open();
      await ledger.close();
      await ledger.close();
      await expect(ledger.append(entryAt(0))).rejects.toThrow('CHAOS_LEDGER_CLOSED');
    });
  });

  describe(`${kind}: reading`, () => {
    it('finds entries by run, type, family, time, actor, target and experiment', async () => {
      await using ledger = await (await prepare()).open();
      await append(ledger, 60);
      await ledger.append(entryAt(60, { type: 'run:finished', target: 'search', experiment: 'other' }));
      const find = async (filter: Parameters<ChaosLedger['query']>[0]) => indexes((await ledger.query(filter)).records);
      expect(await find({ run: 'run-2', order: 'oldest-first' })).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
      expect(await find({ run: 'run-2', type: 'fault:reverted' })).toEqual([29, 27, 25, 23, 21]);
      expect(await find({ type: ['run:*', 'nothing'] })).toEqual([60]);
      expect(
        await find({ type: 'fault:*', after: '2026-03-01T12:00:10.000Z', before: '2026-03-01T12:00:12.000Z' }),
      ).toEqual([11, 10]);
      expect(await find({ actor: 'ci', run: 'run-0' })).toEqual([9, 6, 3, 0]);
      expect(await find({ target: 'search' })).toEqual([60]);
      expect(await find({ experiment: 'other' })).toEqual([60]);
      expect(await find({ actor: 'nobody' })).toEqual([]);
      expect(await find({ type: 'experiment.reverted', limit: 1 })).toEqual([59]);
      expect(await find({})).toHaveLength(50);
    });

    it('pages in both directions while the log grows', async () => {
      await using ledger = await (await prepare()).open();
      await append(ledger, 25);
      for (const order of ['oldest-first', 'newest-first'] as const) {
        const seen: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await ledger.query({
            order,
            limit: 7,
            before: '2026-03-01T12:00:25.000Z',
            ...(cursor && { cursor }),
          });
          seen.push(...indexes(page.records));
          cursor = page.next;
          await ledger.append(entryAt(1000 + seen.length, { id: `${order}-${seen.length}` }));
        } while (cursor !== undefined);
        const all = entries(25).map((_, at) => at);
        expect(seen).toEqual(order === 'oldest-first' ? all : all.reverse());
      }
      await expect(ledger.query({ cursor: 'x1' })).rejects.toThrow('CHAOS_LEDGER_OPTIONS_INVALID');
    });

    it('follows the log live, without gaps', async () => {
      await using ledger = await (await prepare()).open();
      await append(ledger, 10);
      const controller = new AbortController();
      const seen: number[] = [];
      const following = (async () => {
        for await (const { index } of ledger.tail({ from: 5, type: 'fault:effective', signal: controller.signal })) {
          seen.push(index);
          if (index >= 398) controller.abort();
        }
      })();
      await append(ledger, 390, 10);
      await following;
      expect(seen).toEqual(Array.from({ length: 197 }, (_, at) => 6 + at * 2));
    });

    it('keeps the last entries in memory', async () => {
      await using ledger = await (await prepare()).open({ recent: 20 });
      await append(ledger, 100);
      expect(indexes(ledger.recent(3))).toEqual([99, 98, 97]);
      expect(ledger.recent(50)).toHaveLength(20);
    });

    it('derives incidents from entries', async () => {
      await using ledger = await (await prepare()).open();
      const run = (at: number, type: string, data: object) =>
        ledger.append(entryAt(at, { runId: 'run-a', type, data: JSON.parse(JSON.stringify(data)) }));
      await run(0, 'run:started', { name: 'x', card: { id: 'CE001', category: 'code_error' } });
      await run(1, 'fault:intended', { fault: { type: 'network.latency' } });
      await run(2, 'mark:set', { mark: 't_impact', at: 1000 });
      await run(3, 'mark:set', { mark: 't_detect', at: 13_500 });
      await run(4, 'mark:set', { mark: 't_recovered', at: 46_200 });
      await run(5, 'run:finished', {
        verdict: 'recovered',
        gates: [
          { name: 'trigger', passed: true },
          { name: 'slo', passed: false },
        ],
        artifacts: [{ name: 'log', sha256: 'ab' }],
      });
      expect(await ledger.incidents({ run: 'run-a' })).toEqual([
        {
          timestamp: entryAt(0).time,
          incident_id: 'run-a',
          card_id: 'CE001',
          category: 'code_error',
          success: false,
          mean_time_to_detect: 12.5,
          mean_time_to_heal: 45.2,
          gates_passed: 1,
          gates_failed: 1,
          artifacts: { log: 'ab' },
          entries: [0, 1, 2, 3, 4, 5],
        },
      ]);
    });
  });

  describe(`${kind}: proving`, () => {
    it('proves each entry and each earlier size offline', async () => {
      await using ledger = await (await prepare()).open();
      await append(ledger, 260);
      const old = readCheckpoint(await ledger.checkpoint());
      await append(ledger, 340, 260);
      const policy = policyOf(ledger.keys().map(({ verifier }) => verifier));
      const stored = await texts(ledger);
      for (const index of [0, 1, 255, 256, 257, 511, 512, 599]) {
        const proven = verifyTlogProof(await ledger.prove(index), Buffer.from(stored[index] ?? ''), policy);
        expect(proven).toMatchObject({ index, checkpoint: { size: 600 } });
      }
      const { root } = await ledger.head();
      expect(verifyConsistency(old.size, 600, old.root, root, await ledger.consistency(old.size))).toBe(true);
      expect(readCheckpoint(await ledger.checkpoint(260))).toEqual(old);
      await expect(ledger.prove(600)).rejects.toThrow('CHAOS_LEDGER_NOT_FOUND');
    });

    it('hands over to another key in the log itself', async () => {
      await using ledger = await (await prepare()).open();
      await append(ledger, 3);
      const [old] = ledger.keys();
      await ledger.rotateKey();
      await append(ledger, 3, 3);
      expect(ledger.keys().map(({ from }) => from)).toEqual([0, 4]);
      expect((await ledger.entry(3)).entry.data).toEqual({
        vkey: ledger.keys()[1]?.verifier.vkey,
        previous: old?.verifier.vkey,
      });
      const note = await ledger.checkpoint();
      expect(openCheckpoint(note, ledger.store.signer.verifier).size).toBe(7);
      if (old !== undefined) expect(() => openCheckpoint(note, old.verifier)).toThrow('CHAOS_LEDGER_NOTE_INVALID');
    });
  });

  describe(`${kind}: retention`, () => {
    it('removes old entries and proves the rest exactly as before', async () => {
      const ledger = await (await prepare()).open();
      const twin = await memoryLedger();
      for (let from = 0; from < 1500; from += 100) {
        await append(ledger, 100, from);
        await append(twin, 100, from);
      }
      const report = await retain(ledger, { keepEntries: 400, force: 'no witness in this test' });
      expect(report.first % 256).toBe(0);
      expect(report.first).toBeGreaterThan(0);
      expect(report.first).toBeLessThanOrEqual(1100);
      await expect(ledger.entry(report.first - 1)).rejects.toThrow('CHAOS_LEDGER_PRUNED');
      await expect(ledger.prove(0)).rejects.toThrow('CHAOS_LEDGER_PRUNED');
      for (let index = report.first; index < 1500; index += 37) {
        const head = { size: 1500, note: 'x' };
        expect(await inclusionOf(ledger.store, index, head.size)).toEqual(
          await inclusionOf(twin.store, index, head.size),
        );
        expect(await consistencyOf(ledger.store, index, head.size)).toEqual(
          await consistencyOf(twin.store, index, head.size),
        );
      }
      const proof = parseTlogProof(await ledger.prove(1499));
      expect(readCheckpoint(proof.checkpoint).size).toBe((await ledger.head()).size);
      expect((await ledger.append(entryAt(5000))).index).toBe((await ledger.head()).size - 1);
      const [truncated] = (await ledger.query({ type: 'ledger:truncated' })).records;
      expect(truncated?.entry.data).toMatchObject({ upto: report.first, forced: 'no witness in this test' });
      await ledger.close();
    });

    it('keeps what is under legal hold until it is released', async () => {
      await using ledger = await (await prepare()).open();
      for (let from = 0; from < 1000; from += 100) await append(ledger, 100, from);
      await placeHold(ledger, { experiment: 'slow payments', reason: 'audit 7' });
      const held = await retain(ledger, { keepEntries: 10, force: 'test' });
      expect(held).toMatchObject({ first: 0, removed: 0 });
      await releaseHold(ledger, { experiment: 'slow payments', reason: 'audit over' });
      const freed = await retain(ledger, { keepEntries: 10, force: 'test' });
      expect(freed.first).toBeGreaterThan(0);
    });

    it('refuses to remove what no other party has acknowledged, unless forced', async () => {
      await using ledger = await (await prepare()).open();
      for (let from = 0; from < 600; from += 100) await append(ledger, 100, from);
      await expect(retain(ledger, { keepEntries: 10 })).rejects.toThrow('CHAOS_LEDGER_RETENTION_REFUSED');
      expect((await ledger.head()).first).toBe(0);
    });
  });
}

/** What every ledger must do that outlives its process. */
export function durableLedgerConformance(kind: string, prepare: () => Promise<DurableLedgerUnderTest>): void {
  ledgerConformance(kind, prepare);

  describe(`${kind}: reopening`, () => {
    it('goes on where it was', async () => {
      const under = await prepare();
      const ledger = await under.open();
      await append(ledger, 300);
      await ledger.rotateKey();
      const before = await ledger.checkpoint();
      await using again = await under.reopen(ledger);
      expect(await again.checkpoint()).toBe(before);
      expect(await again.append(entryAt(5))).toEqual({ index: 5 });
      expect(await again.append(entryAt(900))).toEqual({ index: 301 });
      expect(indexes((await again.query({ run: 'run-2', limit: 2 })).records)).toEqual([29, 28]);
      expect(indexes(again.recent(2))).toEqual([301, 300]);
      expect(again.keys().map(({ from }) => from)).toEqual([0, 301]);
    });

    it('proves after removal and reopening exactly what it proved before', async () => {
      const under = await prepare();
      const ledger = await under.open();
      for (let from = 0; from < 900; from += 100) await append(ledger, 100, from);
      const { first } = await retain(ledger, { keepEntries: 100, force: 'test' });
      const before = await Promise.all([first, 800, 900].map((index) => inclusionOf(ledger.store, index, 901)));
      await using again = await under.reopen(ledger);
      expect((await again.head()).first).toBe(first);
      expect(await Promise.all([first, 800, 900].map((index) => inclusionOf(again.store, index, 901)))).toEqual(before);
      expect(await again.append(entryAt(899))).toEqual({ index: 899 });
    });
  });
}
