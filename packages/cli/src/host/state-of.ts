import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusiveHolder, type JournalContent, messageOf, parseJournal } from '@bridge/chaos-core';

/** A fault that is not proven undone, as its journal file tells it. */
export type LiveEntry =
  | ({ readonly kind: 'entry'; readonly file: string } & JournalContent)
  | { readonly kind: 'damaged'; readonly file: string; readonly reason: string };

/** Every fault in a state folder that is not proven undone. Looks only; works beside a running engine. */
export async function liveEntries(state: string): Promise<readonly LiveEntry[]> {
  const folder = join(state, 'live');
  for (;;) {
    const names = (await listed(folder)).filter((name) => name.endsWith('.jsonl'));
    const entries = await Promise.all(names.map((name) => entryIn(join(folder, name))));
    const found = entries.filter((entry) => entry !== undefined);
    // What vanished between listing and reading was settled, or claimed and now has another name.
    if (found.length === entries.length) return found;
  }
}

async function entryIn(file: string): Promise<LiveEntry | undefined> {
  try {
    return { kind: 'entry', file, ...parseJournal(await readFile(file, 'utf8'), file) };
  } catch (error) {
    return isMissing(error) ? undefined : { kind: 'damaged', file, reason: messageOf(error) };
  }
}

/** The process whose engine owns the folder; undefined when there is none. `pid` is missing when it does not answer. */
export async function owner(state: string): Promise<{ readonly pid?: number } | undefined> {
  if ((await listed(state)).length === 0) return undefined;
  return await exclusiveHolder(state);
}

/** Whether the folder is there. */
export async function exists(folder: string): Promise<boolean> {
  return await stat(folder).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

/** Whether the file is there. */
export async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** Names in the folder; none when it is not there. */
export async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
