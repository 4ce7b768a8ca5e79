import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { verifyDirectory } from '../src/verify/verify-directory.ts';
import { requireStrace } from './support/strace.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('./support/poisoned-child.ts', import.meta.url));
const NODE = ['-C', '@bridge/source', CHILD];

/** What the child reports, one line per entry. */
function outcomes(stdout: string): { readonly acknowledged: number[]; readonly refused: string[] } {
  const lines = stdout.trim().split('\n').slice(1);
  return {
    acknowledged: lines.filter((line) => line.startsWith('+')).map((line) => Number(line.split(' ')[1])),
    refused: lines.filter((line) => line.startsWith('-')).map((line) => line.split(' ')[2] ?? ''),
  };
}

async function expectExactly(directory: string, acknowledged: readonly number[]): Promise<void> {
  await using ledger = await openLedger({ directory });
  for (const at of acknowledged) expect((await ledger.entry(at)).entry.id).toBe(`entry-${at}`);
  expect((await verifyDirectory(directory)).integrity).toEqual({ verdict: 'intact' });
}

describe('a disk that fails', () => {
  beforeAll(requireStrace);

  it.each(['EIO', 'ENOSPC'])(
    'poisons the ledger when fdatasync answers %s: nothing is acknowledged afterwards',
    { timeout: 60_000 },
    async (error) => {
      const directory = await temporaryFolder();
      await (await openLedger({ directory })).close();
      // strace counts calls per thread, so there is one thread.
      const { stdout } = await run(
        'strace',
        [
          '-f',
          '-qq',
          '-e',
          'trace=fdatasync',
          '-e',
          `inject=fdatasync:error=${error}:when=9`,
          '-o',
          '/dev/null',
          process.execPath,
          ...NODE,
          directory,
        ],
        { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
      );
      const { acknowledged, refused } = outcomes(stdout);
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(acknowledged).toEqual(acknowledged.map((_, at) => at));
      expect(new Set(refused)).toEqual(new Set(['CHAOS_LEDGER_POISONED']));
      expect(acknowledged.length + refused.length).toBe(20);
      await expectExactly(directory, acknowledged);
    },
  );

  it('survives a full disk: nothing acknowledged is lost, and it goes on when there is room', {
    timeout: 60_000,
  }, async () => {
    const root = await temporaryFolder();
    const disk = `${root}/disk`;
    await mkdir(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    onTestFinished(async () => void (await run('umount', [disk])));
    const directory = `${disk}/ledger`;
    const { stdout } = await run(process.execPath, [...NODE, directory, '200', '4000']);
    const { acknowledged, refused } = outcomes(stdout);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged).toEqual(acknowledged.map((_, at) => at));
    expect(new Set(refused)).toEqual(new Set(['CHAOS_LEDGER_POISONED']));
    await run('mount', ['-o', 'remount,size=4m', disk]);
    await expectExactly(directory, acknowledged);
  });
});
