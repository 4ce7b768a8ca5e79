import { closeSync, openSync, readSync, statSync } from 'node:fs';
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import type { LatchState } from './latch-state.ts';

/** More of a stop file is not read: anybody may have written it. */
const LONGEST = 4_096;

const record = z.object({ reason: z.string(), time: z.string(), actor: z.string().nullable() });

/**
 * What a stop file says. Any file engages the stop, an empty one too: its first line is the reason. One that cannot be
 * read engages it as well. Synchronous, so that nothing can come between the look and what it permits.
 */
export function readStopFile(path: string): LatchState {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { engaged: false };
    const text = stat.isFile() ? firstBytes(path) : '';
    return { engaged: true, ...(parsed(text) ?? unsigned(path, text, stat.mtime)) };
  } catch (thrown) {
    // A parent that is not a folder: there can be no such file.
    if (hasCode(thrown, 'ENOTDIR') || hasCode(thrown, 'ENOENT')) return { engaged: false };
    const reason = `the stop file ${path} cannot be read: ${messageOf(thrown)}`;
    return { engaged: true, reason, time: new Date(0).toISOString(), actor: null };
  }
}

function firstBytes(path: string): string {
  const buffer = Buffer.alloc(LONGEST);
  const file = openSync(path, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, LONGEST, 0));
  } finally {
    closeSync(file);
  }
}

function parsed(text: string): z.output<typeof record> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return record.safeParse(JSON.parse(text)).data;
  } catch {
    // Written by hand or torn: still a stop, with what is there as its reason.
    return undefined;
  }
}

function unsigned(path: string, text: string, modified: Date): z.output<typeof record> {
  const [line = ''] = text.trim().split('\n', 1);
  return { reason: line.trim() || `the stop file ${path} exists`, time: modified.toISOString(), actor: null };
}

export function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
