import { open } from 'node:fs/promises';

/** A line of a segment, valid until the next one is asked for. */
export interface SegmentLine {
  /** Position of its first byte in the file. */
  readonly offset: number;
  /** `prefixed[0]` is a byte that may be overwritten, the line follows, without its newline. */
  readonly prefixed: Buffer;
  /** False for what follows the last newline of the file. */
  readonly complete: boolean;
}

const CHUNK = 2 ** 20;

/**
 * The lines of a file from `start` on, read in chunks: memory does not grow with the file. The byte in front of each
 * line is part of the slice, so that a leaf can be hashed with its prefix in place.
 */
export async function* segmentLines(path: string, start = 0): AsyncGenerator<SegmentLine[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size - start, 0) + 1) + 1);
    // Bytes 1..filled hold the unread rest of the file from position `at` on.
    let filled = 1;
    let at = start;
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, at + filled - 1);
      filled += bytesRead;
      const lines: SegmentLine[] = [];
      let begin = 1;
      for (let end = buffer.indexOf(10, begin); end >= 0 && end < filled; end = buffer.indexOf(10, begin)) {
        lines.push({ offset: at + begin - 1, prefixed: buffer.subarray(begin - 1, end), complete: true });
        begin = end + 1;
      }
      if (bytesRead === 0 && begin < filled) {
        lines.push({ offset: at + begin - 1, prefixed: buffer.subarray(begin - 1, filled), complete: false });
      }
      if (lines.length > 0) yield lines;
      if (bytesRead === 0) return;
      buffer.copyWithin(1, begin, filled);
      at += begin - 1;
      filled -= begin - 1;
    }
  } finally {
    await file.close();
  }
}
