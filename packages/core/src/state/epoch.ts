import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../errors.ts';
import type { StateFolder } from './state-folder.ts';

/** Fixed width, so that raising overwrites the same bytes in place: that works on a full disk too. */
const DIGITS = 16;

function epochFile(folder: StateFolder, engine: string): string {
  return join(folder.alive, `${engine}.epoch`);
}

/**
 * How often a guardian has taken over from this engine (presence instance). An engine that sees another number than it
 * knows was stalled while its guardian acted, and must not trust what it remembers. Synchronous, so that nothing can
 * come between the look and the call it protects.
 */
export function readEpoch(folder: StateFolder, engine: string): number {
  const file = epochFile(folder, engine);
  const epoch = Number(readText(file));
  if (Number.isSafeInteger(epoch) && epoch >= 0) return epoch;
  throw new ChaosError(
    'CHAOS_STATE_UNUSABLE',
    `expected a whole number in ${file}. Close the engine and start it again.`,
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `expected to read ${file}: ${messageOf(cause)}. The state folder of a running engine must be left alone.`;
    throw new ChaosError('CHAOS_STATE_UNUSABLE', message, { cause });
  }
}

async function write(path: string, epoch: number, flags: 'w' | 'r+'): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.write(String(epoch).padStart(DIGITS, '0'), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The first epoch of an engine. */
export async function firstEpoch(folder: StateFolder, engine: string): Promise<number> {
  await write(epochFile(folder, engine), 0, 'w');
  return 0;
}

/** Makes the next epoch durable and returns it. */
export async function raiseEpoch(folder: StateFolder, engine: string): Promise<number> {
  const next = readEpoch(folder, engine) + 1;
  await write(epochFile(folder, engine), next, 'r+');
  return next;
}
