const NEWLINE = 0x0a;
const STAR = 0x2a;
/** Fewer letters could as well be the beginning of a line that somebody else is just writing. */
const FEWEST = 8;
/** A write that is killed ends at the end of a page of the file. */
const PAGE = 4096;

/** A part of a file: where it begins, and how many bytes it has. */
export interface Stretch {
  readonly at: number;
  readonly length: number;
}

/** The end of a file: its bytes from `begin` on, and whether they reach up to its end. */
export interface Tail {
  readonly bytes: Buffer;
  readonly begin: number;
  readonly whole: boolean;
}

/** What stands in a block's place when it was overwritten: lines of the same length. */
export function blanked(block: Buffer): Buffer {
  return Buffer.from(block.map((byte) => (byte === NEWLINE ? NEWLINE : STAR)));
}

/**
 * What is left of a block that was added: all of it, also where it was overwritten in part, or its beginning, as far as
 * a write came that was cut off. Stars alone count only while they are the last in the file. Wherever it is not whole, it
 * has to begin where the file ended before or with a line.
 */
export function addedIn(tail: Tail, block: Buffer): Stretch | undefined {
  const blank = blanked(block);
  const whole = block.equals(blank) ? -1 : tail.bytes.indexOf(block);
  if (whole !== -1) return { at: tail.begin + whole, length: block.length };
  for (let at = 0; at < tail.bytes.length; ) {
    const length = commonLength(tail.bytes, at, block, blank);
    const found = length === block.length ? allOf(tail, at, block, blank) : partOf(tail, at, length, blank);
    if (found !== undefined) return found;
    // Stars are left out as a whole: there may be many lines of them, and each would be compared with the rest.
    const past = letters(tail.bytes, at, length, blank) === 0 ? Math.max(at, at + length - 1) : at;
    at = nextLine(tail.bytes, past);
  }
  return undefined;
}

function nextLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(NEWLINE, at);
  return end === -1 ? bytes.length : end + 1;
}

function allOf(tail: Tail, at: number, block: Buffer, blank: Buffer): Stretch | undefined {
  const isThere = isLast(tail, at + block.length) || letters(tail.bytes, at, block.length, blank) > 0;
  return isThere ? { at: tail.begin + at, length: block.length } : undefined;
}

/** The beginning of the block, up to the end of the file or, where others have written since, of a page. */
function partOf(tail: Tail, from: number, length: number, blank: Buffer): Stretch | undefined {
  const at = tail.begin + from;
  const end = isLast(tail, from + length) ? at + length : Math.floor((at + length) / PAGE) * PAGE;
  return letters(tail.bytes, from, end - at, blank) < FEWEST ? undefined : { at, length: end - at };
}

function isLast({ bytes, whole }: Tail, end: number): boolean {
  return whole && end === bytes.length;
}

/** How many bytes from `at` on are those of the block or what they are overwritten with. */
function commonLength(bytes: Buffer, at: number, block: Buffer, blank: Buffer): number {
  const longest = Math.min(block.length, bytes.length - at);
  let length = 0;
  while (length < longest) {
    const byte = bytes[at + length];
    if (byte !== block[length] && byte !== blank[length]) break;
    length += 1;
  }
  return length;
}

/** How many of them are not overwritten. */
function letters(bytes: Buffer, at: number, length: number, blank: Buffer): number {
  let count = 0;
  for (let index = 0; index < length; index += 1) if (bytes[at + index] !== blank[index]) count += 1;
  return count;
}
