import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './state-of.ts';

/** What changes whenever somebody engages the emergency stop of a state folder, also one that is engaged already. */
export interface StopMark {
  readonly engagements: number;
  /** Of the stop file, which anybody may touch by hand; null when there is none. */
  readonly touched: number | null;
}

export async function stopMark(state: string): Promise<StopMark> {
  const history = await unlessMissing(readFile(join(state, 'stop-history.jsonl'), 'utf8'));
  const file = await unlessMissing(stat(join(state, 'stop')));
  const lines = history?.split('\n') ?? [];
  return { engagements: lines.filter((line) => line.includes('"engaged"')).length, touched: file?.mtimeMs ?? null };
}

async function unlessMissing<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
