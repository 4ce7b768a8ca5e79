import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@bridge/chaos-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChaosLedger } from '../src/ledger/chaos-ledger.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { retain } from '../src/ledger/retention.ts';
import { policyOf } from '../src/note/policy.ts';
import { generateSigner } from '../src/note/signer.ts';
import { Outbox, type OutboxEvent } from '../src/outbox/outbox.ts';
import { forwardToWebhook } from '../src/outbox/webhook.ts';
import { verify } from '../src/verify/verify.ts';
import { Witness } from '../src/witness/witness.ts';
import { entries, entryAt } from './support/entries.ts';
import { HostileCollector } from './support/hostile-collector.ts';
import { mirrorOf, quick, witnessKey } from './support/mirror.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('./support/forwarding-child.ts', import.meta.url));
async function texts(ledger: ChaosLedger): Promise<string[]> {
  const { first, size } = await ledger.head();
  const found: string[] = [];
  for await (const { text } of ledger.store.read(first, size)) found.push(text);
  return found;
}

describe('forwarding to a mirror', () => {
  it('gives it every entry in order, and keeps its cosignature as an anchor', async () => {
    const directory = await temporaryFolder();
    await using ledger = await openLedger({ directory });
    const { witness, url } = await mirrorOf(ledger);
    await using outbox = new Outbox(ledger, { ...quick, url });
    await Promise.all(entries(2_500).map((entry) => ledger.append(entry)));
    await outbox.flushed();
    const book = await witness.book(ledger.origin);
    expect(book.known).toMatchObject({ size: 2_500, root: (await ledger.head()).root });
    expect(await book.lines()).toEqual(await texts(ledger));
    const policy = policyOf(
      ledger.keys().map(({ verifier }) => verifier),
      [witnessKey.verifier],
    );
    const report = await verify({ directory, policy });
    expect(report).toMatchObject({ ok: true, anchored: { size: 2_500, witnesses: [{ name: 'mirror.example/w1' }] } });
    await ledger.append(entryAt(9_000));
    await outbox.flushed();
    expect(outbox.delivered).toBe(2_501);
  });

  it('sends only hashes of what the destination is not meant to read', async () => {
    await using ledger = await memoryLedger();
    const { witness, url } = await mirrorOf(ledger);
    await Promise.all(entries(20).map((entry) => ledger.append(entry)));
    await using outbox = new Outbox(ledger, { ...quick, url, only: ['fault:reverted'] });
    await outbox.flushed();
    const book = await witness.book(ledger.origin);
    expect(book.known.root).toBe((await ledger.head()).root);
    const lines = await book.lines();
    expect(lines.filter((line) => line.startsWith('~'))).toHaveLength(10);
    expect(lines.every((line) => line.startsWith('~') || line.includes('"fault:reverted"'))).toBe(true);
  });

  it('goes on across key rotations, although the mirror was given the first key only', async () => {
    await using ledger = await memoryLedger();
    const { witness, url } = await mirrorOf(ledger);
    await ledger.append(entryAt(0));
    await ledger.rotateKey();
    await ledger.append(entryAt(1));
    await ledger.rotateKey();
    await ledger.append(entryAt(2));
    await using outbox = new Outbox(ledger, { ...quick, url });
    await outbox.flushed();
    expect((await witness.book(ledger.origin)).known).toMatchObject({
      size: 5,
      keys: ledger
        .keys()
        .slice(1)
        .map(({ verifier }) => verifier.vkey),
    });
  });

  it('lets retention remove what was acknowledged, and no more', async () => {
    await using ledger = await memoryLedger();
    const { url } = await mirrorOf(ledger);
    await Promise.all(entries(600).map((entry) => ledger.append(entry)));
    {
      await using outbox = new Outbox(ledger, { ...quick, url });
      await outbox.flushed();
    }
    await Promise.all(entries(600, 600).map((entry) => ledger.append(entry)));
    expect((await retain(ledger, { keepEntries: 1 })).first).toBe(512);
  });

  it('writes an alarm and stops when the mirror knows another history', async () => {
    const signer = generateSigner('example.com/fork');
    await using honest = await memoryLedger({ signer });
    await using forked = await memoryLedger({ signer });
    const { url } = await mirrorOf(honest);
    await Promise.all(entries(30).map((entry) => honest.append(entry)));
    await using outbox = new Outbox(honest, { ...quick, url });
    await outbox.flushed();
    await Promise.all(entries(40, 100).map((entry) => forked.append(entry)));
    const events: OutboxEvent[] = [];
    const second = new Outbox(forked, { ...quick, url, onEvent: (event) => events.push(event) });
    await expect(second.done).rejects.toThrow('CHAOS_LEDGER_FORKED');
    expect(events.at(-1)).toMatchObject({ kind: 'alarm' });
    expect((await forked.query({ type: 'ledger:forward-alarm' })).records).toHaveLength(1);
  });

  it('writes an alarm and stops when the log is shorter than what the mirror has', async () => {
    const signer = generateSigner('example.com/rollback');
    await using full = await memoryLedger({ signer });
    await using restored = await memoryLedger({ signer });
    const { url } = await mirrorOf(full);
    await Promise.all(entries(30).map((entry) => full.append(entry)));
    await using outbox = new Outbox(full, { ...quick, url });
    await outbox.flushed();
    await Promise.all(entries(5).map((entry) => restored.append(entry)));
    await expect(new Outbox(restored, { ...quick, url }).done).rejects.toThrow('rolled back');
  });

  it('stops with a clear error when the mirror does not know the log', async () => {
    await using ledger = await memoryLedger();
    await using other = await memoryLedger({ origin: 'example.com/other' });
    const { url } = await mirrorOf(other);
    await ledger.append(entryAt(0));
    await expect(new Outbox(ledger, { ...quick, url }).done).rejects.toThrow(/CHAOS_LEDGER_UNREACHABLE.*404/);
  });

  it('loses nothing and repeats nothing in 60 kills against a hostile collector', { timeout: 400_000 }, async () => {
    const random = seededRandom('collector');
    const directory = await temporaryFolder();
    const first = await openLedger({ directory });
    const logs = first.keys().map(({ verifier }) => ({ key: verifier }));
    await first.close();
    const witness = new Witness({ directory: await temporaryFolder(), mode: 'mirror', signer: witnessKey, logs });
    const collector = new HostileCollector(witness, random);
    const url = await collector.listen();
    onTestFinished(() => collector.close());
    for (let kill = 0; kill < 60; kill += 1) {
      const args = ['-C', '@bridge/source', CHILD, directory, url, witnessKey.verifier.vkey, String(kill * 100_000)];
      const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'chaos-ledger-compile-cache') };
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
      await once(child.stdout, 'data');
      await collector.reached(collector.requests + 1 + random.int(8));
      child.kill('SIGKILL');
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    }
    await using ledger = await openLedger({ directory });
    await using outbox = new Outbox(ledger, { ...quick, url, timeout: 5_000, breaker: { failures: 50, pause: 10 } });
    await outbox.flushed();
    const book = await witness.book(ledger.origin);
    expect(book.known.root).toBe((await ledger.head()).root);
    expect(await book.lines()).toEqual(await texts(ledger));
    expect(collector.refused).toBeGreaterThan(0);
    expect(collector.lostAcknowledgements).toBeGreaterThan(0);
  });
});

describe('forwarding to a plain webhook', () => {
  it('posts the consensus payload of document 000, signed, in order, again after a failure', async () => {
    const bodies: unknown[] = [];
    let failures = 2;
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        if (failures > 0) {
          failures -= 1;
          response.writeHead(429, { 'retry-after': '0' }).end();
          return;
        }
        bodies.push(JSON.parse(body));
        response.end();
        if (bodies.length === 2) controller.abort();
      });
    });
    const controller = new AbortController();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
    await using ledger = await memoryLedger();
    const consensus = {
      epoch: 1_699_056_000,
      leader: 'node-001',
      peers: ['node-001', 'node-002'],
      status: 'consensus-ok',
    };
    await ledger.append(entryAt(0, { type: 'consensus:reached', data: consensus }));
    await ledger.append(entryAt(1));
    await ledger.append(entryAt(2, { type: 'consensus:reached', data: { ...consensus, epoch: 2 } }));
    const url = `http://127.0.0.1:${address.port}/hook`;
    const options = {
      destination: 'hook',
      url,
      only: ['federation/consensus'],
      secret: 's',
      bridge: 'SR-AIBRIDGE',
      retry: { first: 1, longest: 2 },
    };
    await forwardToWebhook(ledger, options, controller.signal);
    expect(bodies).toEqual([
      { ...consensus, bridge: 'SR-AIBRIDGE', signature: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { ...consensus, epoch: 2, bridge: 'SR-AIBRIDGE', signature: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});
