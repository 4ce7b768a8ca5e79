import { isChaosError } from '@bridge/chaos-core';
import type { Hash } from '../merkle/hash.ts';
import { parseCheckpoint, readCheckpoint, type Witnessed, witnessesOf } from '../note/checkpoint.ts';
import { openNote } from '../note/signed-note.ts';
import type { NoteVerifier } from '../note/verifier.ts';
import type { Anchored } from './report.ts';

/** A checkpoint of the log that was kept outside its entries. */
export interface KeptCheckpoint {
  readonly size: number;
  readonly root: Hash;
  readonly witnesses: readonly Witnessed[];
}

/** Reads kept checkpoints that a key of the log, or a known witness, has signed. Others say nothing and are left out. */
export function readKept(
  notes: readonly string[],
  logKeys: readonly NoteVerifier[],
  witnesses: readonly NoteVerifier[],
): KeptCheckpoint[] {
  return notes.flatMap((note) => {
    try {
      const opened = openNote(note, [...logKeys, ...witnesses]);
      const { origin, size, root } = parseCheckpoint(opened.text);
      if (!logKeys.some(({ name }) => name === origin)) return [];
      return [{ size, root, witnesses: witnessesOf(opened, witnesses) }];
    } catch (error) {
      if (isChaosError(error)) return [];
      throw error;
    }
  });
}

/** Sizes at which the root is needed to compare with the notes, well-formed or not. */
export function sizesOf(notes: readonly string[]): Set<number> {
  const sizes = new Set<number>();
  for (const note of notes) {
    try {
      sizes.add(readCheckpoint(note).size);
    } catch (error) {
      if (!isChaosError(error)) throw error;
    }
  }
  return sizes;
}

export interface AnchorVerdict {
  readonly anchored: Anchored;
  /** The kept checkpoint that contradicts the log. */
  readonly contradiction: { readonly index: number; readonly reason: string } | undefined;
}

/** Compares kept checkpoints with the roots the log has there. */
export function judgeAnchors(
  kept: readonly KeptCheckpoint[],
  log: { readonly size: number; readonly first: number; readonly rootAt: (size: number) => Hash | undefined },
): AnchorVerdict {
  let anchored: Anchored = { size: 0, witnesses: [] };
  for (const { size, root, witnesses } of [...kept].sort((a, b) => a.size - b.size)) {
    if (size > log.size) {
      const reason = `a signed checkpoint proves ${size} entries, the log ends after ${log.size}: its end was cut off or an old copy put back`;
      return { anchored, contradiction: { index: log.size, reason } };
    }
    if (size > log.first && log.rootAt(size) !== root) {
      const reason = `a signed checkpoint of ${size} entries has another root: history was rewritten below it`;
      return { anchored, contradiction: { index: anchored.size, reason } };
    }
    if (witnesses.length > 0) anchored = { size, witnesses };
  }
  return { anchored, contradiction: undefined };
}
