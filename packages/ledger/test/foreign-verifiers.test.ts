import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportTiles } from '../src/bundle/export-tiles.ts';
import { hashBytes } from '../src/merkle/hash.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import { ed25519PublicKey } from '../src/note/ed25519.ts';
import { policyOf } from '../src/note/policy.ts';
import { parseTlogProof, verifyTlogProof } from '../src/note/tlog-proof.ts';
import { flip, ledgerOf, provenEntry } from './support/proven-entry.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

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
