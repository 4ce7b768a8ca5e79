import type { LiveEntry } from '../host/state-of.ts';
import { plainText } from '../terminal/plain-text.ts';

/** A fault that is not proven undone, in one line. */
export function entryLine(entry: LiveEntry): string {
  if (entry.kind === 'damaged') return plainText(`  damaged journal ${entry.file}: ${entry.reason}`);
  const { id, type, target, intendedAt } = entry.record;
  const last = entry.notes.at(-1);
  const reason = last?.reason === undefined ? '' : `: ${last.reason}`;
  return plainText(
    `  ${id}  ${type} on ${target.kind} ${target.name}, since ${intendedAt}, ${last?.phase ?? 'intended'}${reason}`,
  );
}
