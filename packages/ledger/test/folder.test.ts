import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { retain } from '../src/ledger/retention.ts';
import { policyOf } from '../src/note/policy.ts';
import { generateSigner, remoteSigner } from '../src/note/signer.ts';
import { verifyTlogProof } from '../src/note/tlog-proof.ts';
import { verify } from '../src/verify/verify.ts';
import { entries, entryAt } from './support/entries.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('./support/appending-child.ts', import.meta.url));

describe('the folder of a ledger', () => {
  it('has one writer at a time; the second is told who, and gets in once the first is killed', async () => {
    const directory = await temporaryFolder();
    const child = spawn(process.execPath, ['-C', '@bridge/source', CHILD, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(openLedger({ directory })).rejects.toThrow(new RegExp(`CHAOS_LEDGER_LOCKED.*process ${child.pid}\\b`));
    await using reader = await readLedger({ directory });
    expect((await reader.head()).size).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'close');
    await using ledger = await openLedger({ directory });
    await expect(openLedger({ directory })).rejects.toThrow(`process ${process.pid}`);
    expect((await ledger.entry(0)).entry.id).toBe('entry-0');
  });

  it('is read beside its writer: queries and proofs, no writing', async () => {
    const directory = await temporaryFolder();
    await using ledger = await openLedger({ directory });
    await Promise.all(entries(300).map((entry) => ledger.append(entry)));
    await using reader = await readLedger({ directory });
    expect((await reader.query({ run: 'run-3' })).records).toHaveLength(10);
    const bytes = Buffer.from(await firstText(reader.store.read(7, 8)));
    const policy = policyOf(ledger.keys().map(({ verifier }) => verifier));
    expect(verifyTlogProof(await reader.prove(7), bytes, policy).index).toBe(7);
    await expect(reader.append(entryAt(900))).rejects.toThrow(/opened for reading/);
  });

  it('keeps its secrets to its owner', async () => {
    const directory = await temporaryFolder();
    await (await openLedger({ directory })).close();
    for (const name of ['log.key', 'redaction.key']) {
      expect((await stat(join(directory, 'keys', name))).mode & 0o777, name).toBe(0o600);
    }
    expect((await stat(join(directory, 'keys'))).mode & 0o777).toBe(0o700);
  });

  it('finishes a key rotation that was cut off after its announcement', async () => {
    const directory = await temporaryFolder();
    const old = join(directory, 'old.key');
    const current = join(directory, 'keys', 'log.key');
    {
      await using ledger = await openLedger({ directory });
      await ledger.append(entryAt(0));
      await copyFile(current, old);
      await ledger.rotateKey();
    }
    // As a crash between the announcement and the change of the key file would leave it.
    await rename(current, join(directory, 'keys', 'next.key'));
    await rename(old, current);
    await using ledger = await openLedger({ directory });
    await ledger.append(entryAt(1));
    expect(await readFile(current, 'utf8')).toContain(ledger.keys().at(-1)?.verifier.keyId);
  });

  it('opens and is intact when retention ended before a key rotation', async () => {
    const directory = await temporaryFolder();
    const ledger = await openLedger({ directory, segment: { size: '20KB' } });
    for (let from = 0; from < 700; from += 100) {
      await Promise.all(entries(100, from).map((entry) => ledger.append(entry)));
    }
    await ledger.rotateKey();
    const { first } = await retain(ledger, { keepEntries: 100, force: 'test' });
    expect(first).toBeGreaterThan(0);
    const keys = ledger.keys().map(({ from, verifier }) => ({ from, vkey: verifier.vkey }));
    expect(keys.map(({ from }) => from)).toEqual([0, 701]);
    await ledger.close();
    await expectIntact(directory, keys);
    // As versions wrote it that kept every key: folders like this one still lie about.
    const pruned = join(directory, 'pruned.json');
    await writeFile(pruned, JSON.stringify({ ...JSON.parse(await readFile(pruned, 'utf8')), keys }));
    await expectIntact(directory, keys);
  });

  it('takes its signatures from elsewhere when told so, and refuses another key', async () => {
    const directory = await temporaryFolder();
    const kms = generateSigner('example.com/kms');
    let calls = 0;
    const signer = remoteSigner(kms.verifier.vkey, async (message) => {
      calls += 1;
      return kms.sign(Buffer.from(message).toString());
    });
    {
      await using ledger = await openLedger({ directory, signer });
      await ledger.append(entryAt(0));
      expect(calls).toBeGreaterThan(0);
    }
    await expect(stat(join(directory, 'keys', 'log.key'))).rejects.toThrow('ENOENT');
    await expect(openLedger({ directory, signer: generateSigner('example.com/kms') })).rejects.toThrow(
      'CHAOS_LEDGER_KEY_INVALID',
    );
    await expect(openLedger({ directory })).rejects.toThrow('CHAOS_LEDGER_KEY_INVALID');
  });
});

async function expectIntact(directory: string, keys: readonly { from: number; vkey: string }[]): Promise<void> {
  expect(await verify({ directory, everySignature: true })).toMatchObject({ ok: true });
  await using ledger = await openLedger({ directory });
  expect(ledger.keys().map(({ from, verifier }) => ({ from, vkey: verifier.vkey }))).toEqual(keys);
}

async function firstText(read: AsyncIterable<{ readonly text: string }>): Promise<string> {
  for await (const { text } of read) return text;
  throw new Error('expected an entry');
}
