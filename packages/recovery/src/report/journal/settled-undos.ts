import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { journalNote } from '@bridge/chaos-core';
import { codeOf } from '../../probe/network-failure.ts';
import type { LaterUndo } from './fault-story.ts';
import { jsonOf } from './json-of.ts';

/**
 * What the guardian put on record in the state folder about faults whose engine had died, by fault id. A folder that is
 * not there holds none.
 */
export async function settledUndos(stateFolder: string): Promise<ReadonlyMap<string, LaterUndo>> {
  const folder = join(stateFolder, 'settled');
  const names = await namesIn(folder);
  const found = await Promise.all(
    names.map(async (name): Promise<[string, LaterUndo | undefined]> => {
      const text = await readFile(join(folder, name), 'utf8');
      return [name.slice(0, -'.jsonl'.length), undoIn(text)];
    }),
  );
  return new Map(found.flatMap(([id, undo]) => (undo === undefined ? [] : [[id, undo] as const])));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The last note of the record; the first line is the record itself. */
function undoIn(text: string): LaterUndo | undefined {
  const notes = text.split('\n').slice(1).flatMap(noteIn);
  return notes.at(-1);
}

function noteIn(line: string): LaterUndo[] {
  const note = journalNote.safeParse(jsonOf(line)).data;
  if (note?.proof === undefined || (note.phase !== 'reverted' && note.phase !== 'gone')) return [];
  return [{ phase: note.phase, cause: 'engine-dead', proof: note.proof }];
}
