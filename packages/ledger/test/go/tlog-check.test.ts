import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportTiles } from '../../src/bundle/export-tiles.ts';
import { hashBytes } from '../../src/merkle/hash.ts';
import { flip, ledgerOf, provenEntry } from '../support/proven-entry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { accepts, buildTlogCheck } from './build-tlog-check.ts';

// Needs Go and its module proxy, so it is not part of `npm test`: `CHAOS_TEST_GO=1 vitest run`, as CI does.

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
