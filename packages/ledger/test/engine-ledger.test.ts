import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { type EngineLedger, engineLedger } from '../src/engine/engine-ledger.ts';
import { unseal } from '../src/entry/seal.ts';
import { fileSealKeys } from '../src/entry/seal-keys.ts';
import { ChaosLedger } from '../src/ledger/chaos-ledger.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { MemoryStore } from '../src/memory/memory-store.ts';
import { generateSigner } from '../src/note/signer.ts';
import { verify } from '../src/verify/verify.ts';
import { entryAt } from './support/entries.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** A ledger on a store that can be made to fail, and that keeps what it has when it is opened again. */
async function breakable() {
  const store = await MemoryStore.create(generateSigner('example.com/breakable'));
  const state = { broken: false };
  const commit = store.commit.bind(store);
  store.commit = async (leaves) => {
    if (state.broken) throw new Error('no space left on device');
    return commit(leaves);
  };
  store.close = async () => undefined;
  const open = async (): Promise<ChaosLedger> => {
    if (state.broken) throw new Error('still no space');
    return new ChaosLedger(store, Buffer.alloc(32));
  };
  return { state, open };
}

async function untilWaiting(ledger: EngineLedger, count: number): Promise<void> {
  while (ledger.waiting < count) await new Promise((resolve) => setImmediate(resolve));
}

/** What a full disk lets through of an entry. */
const CUT_OFF = '\n{"data":{"at":2},"id":"entry-2","source":{"bo';

function listening(): { readonly errors: object[]; readonly log: Logger } {
  const errors: object[] = [];
  return { errors, log: { ...silentLogger, error: (data) => errors.push(data) } };
}

const intent = (at: number) => entryAt(at, { type: 'fault:intended' });

describe('the ledger of an engine', () => {
  it('refuses an intent that cannot be made durable', async () => {
    const { state, open } = await breakable();
    const ledger = await engineLedger({ open, heartbeat: 0 });
    expect(await ledger.append(intent(0))).toEqual({ index: 0 });
    state.broken = true;
    await expect(ledger.append(intent(1))).rejects.toThrow(/CHAOS_LEDGER_FAILED.*no space/);
    await expect(ledger.append(intent(2))).rejects.toThrow('CHAOS_LEDGER_FAILED');
    state.broken = false;
    await ledger.append(entryAt(3));
    await ledger.close();
  });

  it('never loses what happened meanwhile: it is appended late, in order', async () => {
    const { state, open } = await breakable();
    const ledger = await engineLedger({ open, heartbeat: 0 });
    await ledger.append(entryAt(0));
    state.broken = true;
    const late = [1, 2, 3].map((at) => ledger.append(entryAt(at)));
    await expect(ledger.append(intent(9))).rejects.toThrow('CHAOS_LEDGER_FAILED');
    expect(ledger.waiting).toBe(3);
    state.broken = false;
    expect(await Promise.all(late)).toEqual([{ index: 1 }, { index: 2 }, { index: 3 }]);
    expect((await ledger.ledger.entry(2)).entry).toMatchObject({ id: 'entry-2', late: true });
    expect((await ledger.ledger.entry(0)).entry.late).toBeUndefined();
    await ledger.close();
  });

  it('takes what comes as soon as the last one that waited is durable', async () => {
    const { state, open } = await breakable();
    const mending = () => {
      state.broken = false;
      return open();
    };
    const ledger = await engineLedger({ open: mending, heartbeat: 0 });
    state.broken = true;
    for (const at of [0, 1, 2]) expect(await ledger.append(entryAt(at))).toEqual({ index: at });
    expect((await ledger.ledger.entry(0)).entry.late).toBe(true);
    expect(ledger.waiting).toBe(0);
    await ledger.close();
  });

  it('lets intents wait as well when told so', async () => {
    const { state, open } = await breakable();
    const ledger = await engineLedger({ open, heartbeat: 0, onUnrecordedIntent: 'wait' });
    state.broken = true;
    const waiting = ledger.append(intent(0));
    state.broken = false;
    expect(await waiting).toEqual({ index: 0 });
    await ledger.close();
  });

  it('hands over to the next process what it could not append', async () => {
    const file = join(await temporaryFolder(), 'spill.jsonl');
    const { state, open } = await breakable();
    const first = await engineLedger({ open, heartbeat: 0, spill: { file } });
    state.broken = true;
    const lost = first.append(entryAt(4)).catch((error: unknown) => error);
    await untilWaiting(first, 1);
    await expect(first.close()).rejects.toThrow('CHAOS_LEDGER_FAILED');
    expect(String(await lost)).toContain('CHAOS_LEDGER_FAILED');
    state.broken = false;
    const second = await engineLedger({ open, heartbeat: 0, spill: { file } });
    expect((await second.ledger.entry(0)).entry).toMatchObject({ id: 'entry-4', late: true });
    expect(await readFile(file, 'utf8')).toBe('');
    await second.close();
  });

  it('hands over the rest when one line of it was cut off', async () => {
    const file = join(await temporaryFolder(), 'spill.jsonl');
    const { state, open } = await breakable();
    const first = await engineLedger({ open, heartbeat: 0, spill: { file } });
    state.broken = true;
    const before = first.append(entryAt(1));
    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 20_000 }).toMatch(/\}\n?$/);
    await appendFile(file, CUT_OFF);
    const lost = Promise.allSettled([before, first.append(entryAt(3)), first.append(entryAt(4))]);
    await untilWaiting(first, 3);
    await expect(first.close()).rejects.toThrow('CHAOS_LEDGER_FAILED');
    await lost;
    state.broken = false;
    const { errors, log } = listening();
    const second = await engineLedger({ open, heartbeat: 0, spill: { file }, log });
    const { records } = await second.ledger.query({ order: 'oldest-first' });
    expect(records.map(({ entry }) => entry.id)).toEqual(['entry-1', 'entry-3', 'entry-4']);
    expect(errors).toEqual([{ file, unreadable: 1 }]);
    expect(await readFile(file, 'utf8')).toBe('');
    await second.close();
  });

  it('says so once when nothing but a cut-off line was left', async () => {
    const file = join(await temporaryFolder(), 'spill.jsonl');
    await writeFile(file, CUT_OFF);
    const { open } = await breakable();
    const { errors, log } = listening();
    await (await engineLedger({ open, heartbeat: 0, spill: { file }, log })).close();
    expect(errors).toEqual([{ file, unreadable: 1 }]);
    expect(await readFile(file, 'utf8')).toBe('');
  });

  it('gives the ledger back when what was left cannot be appended', async () => {
    const directory = await temporaryFolder();
    const file = await temporaryFolder();
    const open = () => openLedger({ directory });
    await expect(engineLedger({ open, heartbeat: 0, spill: { file } })).rejects.toThrow('EISDIR');
    await (await open()).close();
  });

  it('says at the end how far its sources have counted, so that a missing last entry shows', async () => {
    await using inner = await memoryLedger();
    const ledger = await engineLedger({ open: async () => inner, heartbeat: 0 });
    await ledger.append(entryAt(0));
    await ledger.append(entryAt(1));
    await ledger.close();
    expect(await verify({ ledger: inner })).toMatchObject({ ok: true });
    const { records } = await inner.query({ type: 'ledger:source-closed' });
    expect(records[0]?.entry.data['sources']).toEqual([
      { service: 'shop', instance: 'shop-1', boot: 'boot-1', sequence: 2 },
    ]);
  });
});

describe('a sealed value', () => {
  it('is readable with its key, gone without it, and proven either way', async () => {
    const keys = await fileSealKeys(join(await temporaryFolder(), 'subjects'));
    const seal = { subject: () => 'user-7', paths: ['/user/email', '/absent'], keys };
    await using ledger = await memoryLedger({ seal });
    await ledger.append(entryAt(0, { data: { user: { email: 'ann@example.com', plan: 'free' } } }));
    const { entry } = await ledger.entry(0);
    expect(JSON.stringify(entry)).not.toContain('ann@example.com');
    expect(entry.data).toEqual({ user: { email: '[sealed]', plan: 'free' } });
    expect([...(await unseal(entry, keys))]).toEqual([['/user/email', 'ann@example.com']]);
    await keys.erase('user-7');
    expect([...(await unseal(entry, keys))]).toEqual([]);
    expect((await verify({ ledger })).ok).toBe(true);
    await ledger.append(entryAt(1, { data: { user: { email: 'new@example.com' } } }));
    expect([...(await unseal((await ledger.entry(1)).entry, keys)).values()]).toEqual(['new@example.com']);
  });
});
