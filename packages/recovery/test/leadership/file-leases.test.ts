import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fileLeases } from '../../src/leadership/file-leases.ts';
import { leaseStoreContract } from './lease-store-contract.ts';

const HOLDER = fileURLToPath(new URL('./file-holder.ts', import.meta.url));

async function folder(): Promise<{ readonly directory: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'lease-'));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

leaseStoreContract('leases in files', async () => {
  const place = await folder();
  return {
    open: () => fileLeases(place),
    // A lock of the kernel has no time to live; it ends with its holder.
    expire: (store, tenure) => store.leave(tenure),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
});

describe('a lease in files', () => {
  it('is free at once when its holder is killed, and not before', async () => {
    await using place = await folder();
    const holder = spawn(process.execPath, ['-C', '@bridge/source', HOLDER, place.directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [term] = await once(createInterface({ input: holder.stdout }), 'line');
    const store = fileLeases(place);
    const bid = { name: 'tower', holder: 'heir/1', ttl: 1_000 };
    holder.kill('SIGSTOP');
    expect(await store.acquire(bid)).toMatchObject({ acquired: false });
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    expect(await store.acquire(bid)).toEqual({ acquired: true, term: BigInt(term) + 1n, alone: true });
    await store.leave(bid);
  });
});
