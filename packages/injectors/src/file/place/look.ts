import { constants } from 'node:fs';
import * as z from 'zod';

const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = constants;

/** Seconds since the epoch with nine decimals: what a JavaScript number cannot hold. */
const moment = z.string().regex(/^-?\d+\.\d{9}$/);

/** Who may do what with a file, and when it was used. */
export const stamp = z.object({
  /** Permission bits, setuid and sticky included. */
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  accessed: moment,
  modified: moment,
});
export type Stamp = z.output<typeof stamp>;

/** One entry of a folder, as the kernel describes it. */
export const look = stamp.extend({
  kind: z.enum(['file', 'folder', 'link', 'other']),
  /** Device and inode: the same thing under any name. */
  identity: z.string(),
  /** How many names it has. */
  links: z.int(),
  size: z.int(),
});
export type Look = z.output<typeof look>;

const KINDS: Readonly<Record<number, Look['kind']>> = { [S_IFREG]: 'file', [S_IFDIR]: 'folder', [S_IFLNK]: 'link' };

export function kindOf(mode: number): Look['kind'] {
  return KINDS[mode & S_IFMT] ?? 'other';
}

export function momentOf(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const rest = nanoseconds % 1_000_000_000n;
  const floor = rest < 0n ? seconds - 1n : seconds;
  return `${floor}.${String(nanoseconds - floor * 1_000_000_000n).padStart(9, '0')}`;
}
