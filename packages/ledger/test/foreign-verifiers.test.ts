import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportTiles } from '../src/bundle/export-tiles.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { hashBytes } from '../src/merkle/hash.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import { ed25519PublicKey } from '../src/note/ed25519.ts';
import { policyOf } from '../src/note/policy.ts';
import { parseTlogProof, verifyTlogProof } from '../src/note/tlog-proof.ts';
import { entries } from './support/entries.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { accepts, buildTlogCheck } from './support/tlog-check.ts';

const flip = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
};

async function ledgerOf(size: number) {
  const ledger = await memoryLedger({ origin: 'example.com/chaos' });
  for (let from = 0; from < size; from += 1_000) {
    await Promise.all(entries(Math.min(1_000, size - from), from).map((entry) => ledger.append(entry)));
  }
  return ledger;
}

/** One entry with its proof, as files would hold them. */
async function provenEntry() {
  const ledger = await ledgerOf(300);
  const proof = Buffer.from(await ledger.prove(137));
  let entry = Buffer.alloc(0);
  for await (const { text } of ledger.store.read(137, 138)) entry = Buffer.from(text);
  const [key] = ledger.keys();
  if (key === undefined) throw new Error('a ledger has a key');
  return { ledger, proof, entry, verifier: key.verifier };
}

describe('the checksum-database code of Go', () => {
  let binary: string;
  beforeAll(async () => {
    binary = await buildTlogCheck();
  }, 120_000);

  it.each([1, 2, 255, 256, 257, 512, 513, 1_000, 70_000])(
    'accepts the tiles of a log of %i entries',
    { timeout: 60_000 },
    async (size) => {
      const directory = await temporaryFolder();
      const ledger = await ledgerOf(size);
      await exportTiles(ledger, directory);
      expect(await accepts(binary, ['fsck', ledger.store.signer.verifier.vkey, directory])).toBe(true);
    },
  );

  it('accepts our proofs, and refuses them changed', async () => {
    const directory = await temporaryFolder();
    const { proof, entry, verifier } = await provenEntry();
    const check = async (entryBytes: Buffer, proofBytes: Buffer): Promise<boolean> => {
      await writeFile(join(directory, 'entry'), entryBytes);
      await writeFile(join(directory, 'proof'), proofBytes);
      return accepts(binary, ['proof', verifier.vkey, join(directory, 'entry'), join(directory, 'proof')]);
    };
    expect(await check(entry, proof)).toBe(true);
    for (let at = 0; at < proof.length; at += 61)
      expect(await check(entry, flip(proof, at, 0)), `byte ${at}`).toBe(false);
    expect(await check(flip(entry, 5, 1), proof)).toBe(false);
  });

  it('accepts our consistency proofs', async () => {
    const directory = await temporaryFolder();
    const ledger = await ledgerOf(700);
    for (const old of [1, 255, 256, 300, 512, 699]) {
      const hashes = (await ledger.consistency(old)).map((node) => `${hashBytes(node).toString('base64')}\n`).join('');
      await writeFile(join(directory, 'old'), await ledger.checkpoint(old));
      await writeFile(join(directory, 'body'), `old ${old}\n${hashes}\n${await ledger.checkpoint()}`);
      const args = ['consistency', ledger.store.signer.verifier.vkey, join(directory, 'old'), join(directory, 'body')];
      expect(await accepts(binary, args), `from ${old}`).toBe(true);
    }
  });
});

describe('@sigstore/verify', () => {
  it('accepts our proofs and refuses every changed bit of the entry', async () => {
    // The two checks are not exported by the package's front door; the version is pinned exactly for that reason.
    const require = createRequire(import.meta.url);
    const folder = join(dirname(require.resolve('@sigstore/verify')), 'tlog');
    const { verifyMerkleInclusion } = require(join(folder, 'merkle.js'));
    const { verifyCheckpoint } = require(join(folder, 'checkpoint.js'));
    const { proof, entry, verifier } = await provenEntry();
    const parsed = parseTlogProof(proof.toString());
    const { size, root } = readCheckpoint(parsed.checkpoint);
    const inclusionProof = {
      logIndex: String(parsed.index),
      treeSize: String(size),
      rootHash: hashBytes(root),
      hashes: parsed.path.map(hashBytes),
      checkpoint: { envelope: parsed.checkpoint },
    };
    const publicKey = Buffer.from(verifier.vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
    const tlog = {
      logID: Buffer.from(verifier.keyId, 'hex'),
      publicKey: ed25519PublicKey(publicKey),
      baseURL: `https://${verifier.name}`,
    };
    const checkpoint = verifyCheckpoint({ inclusionProof }, [tlog]);
    verifyMerkleInclusion({ inclusionProof, canonicalizedBody: entry }, checkpoint);
    for (let at = 0; at < entry.length; at += 1) {
      const body = flip(entry, at, at % 8);
      expect(
        () => verifyMerkleInclusion({ inclusionProof, canonicalizedBody: body }, checkpoint),
        `byte ${at}`,
      ).toThrow();
    }
  });
});

describe('our own verifier', () => {
  it('refuses every changed bit of a proof and of its entry', async () => {
    const { proof, entry, verifier } = await provenEntry();
    const policy = policyOf([verifier]);
    expect(verifyTlogProof(proof.toString(), entry, policy).index).toBe(137);
    for (let at = 0; at < proof.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = flip(proof, at, bit).toString('latin1');
        const text = Buffer.from(changed, 'latin1').toString();
        expect(() => verifyTlogProof(text, entry, policy), `byte ${at}, bit ${bit}`).toThrow();
      }
    }
    for (let at = 0; at < entry.length; at += 1) {
      expect(() => verifyTlogProof(proof.toString(), flip(entry, at, at % 8), policy)).toThrow();
    }
  });

  it('refuses every changed byte of a tile that it reads back', async () => {
    const directory = await temporaryFolder();
    const ledger = await ledgerOf(10);
    await exportTiles(ledger, directory);
    const tile = await readFile(join(directory, 'tile/0/000.p/10'));
    const leaves = Array.from({ length: 10 }, (_, at) => tile.toString('hex', at * 32, at * 32 + 32));
    const bundle = await readFile(join(directory, 'tile/entries/000.p/10'));
    let at = 0;
    for (const leaf of leaves) {
      const length = bundle.readUInt16BE(at);
      const bytes = bundle.subarray(at + 2, at + 2 + length);
      expect(hash('sha256', Buffer.concat([Buffer.of(0), bytes]))).toBe(leaf);
      at += 2 + length;
    }
    expect(at).toBe(bundle.length);
  });
});
