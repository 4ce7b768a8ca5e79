import { hash } from 'node:crypto';
import * as z from 'zod';

/** The line that ends a commit in a segment. */
export interface CommitLine {
  /** Index of the commit's first entry. */
  readonly base: number;
  readonly count: number;
  /** Where in the segment the commit's first entry begins. */
  readonly offset: number;
  /** The signed checkpoint after this commit. */
  readonly note: string;
}

const schema = z.strictObject({ b: z.int(), n: z.int(), o: z.int(), note: z.string() });

/** `#` distinguishes the line from an entry; the checksum tells a torn or damaged line from a written one. */
const CHECKSUM_LENGTH = 16;
const PREFIX = `#${'0'.repeat(CHECKSUM_LENGTH)} `;

const checksum = (body: string): string => hash('sha256', body).slice(0, CHECKSUM_LENGTH);

export function formatCommitLine({ base, count, offset, note }: CommitLine): string {
  const body = JSON.stringify({ b: base, n: count, o: offset, note });
  return `#${checksum(body)} ${body}\n`;
}

/** Undefined unless the line, without its newline, is exactly as it was written. */
export function parseCommitLine(line: string): CommitLine | undefined {
  if (line.length < PREFIX.length || line[0] !== '#' || line[PREFIX.length - 1] !== ' ') return undefined;
  const body = line.slice(PREFIX.length);
  if (line.slice(1, PREFIX.length - 1) !== checksum(body)) return undefined;
  const result = schema.safeParse(JSON.parse(body));
  if (!result.success) return undefined;
  const { b: base, n: count, o: offset, note } = result.data;
  return { base, count, offset, note };
}
