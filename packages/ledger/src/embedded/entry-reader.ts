import { open } from 'node:fs/promises';
import type { StoredEntry } from '../store/log-store.ts';
import type { EntryLocator, EntryPlace } from './entry-locator.ts';

const CHUNK = 2 ** 20;

/** Reads entries `[from, to)` in chunks of about 1 MiB, one file at a time. */
export async function* readEntries(places: EntryLocator, from: number, to: number): AsyncGenerator<StoredEntry> {
  for (let index = from; index < to; ) {
    const run = nextRun(places, index, to);
    const bytes = await readBytes(run.start.segment, run.start.offset, run.bytes);
    for (const [at, { offset, length }] of run.places.entries()) {
      const begin = offset - run.start.offset;
      yield { index: index + at, text: bytes.toString('utf8', begin, begin + length) };
    }
    index += run.places.length;
  }
}

interface Run {
  readonly start: EntryPlace;
  readonly places: readonly EntryPlace[];
  readonly bytes: number;
}

function nextRun(places: EntryLocator, from: number, to: number): Run {
  const start = places.at(from);
  const run: EntryPlace[] = [];
  let bytes = 0;
  for (let index = from; index < to && bytes < CHUNK; index += 1) {
    const place = places.at(index);
    if (place.segment !== start.segment) break;
    run.push(place);
    bytes = place.offset + place.length - start.offset;
  }
  return { start, places: run, bytes };
}

async function readBytes(path: string, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const file = await open(path, 'r');
  try {
    for (let read = 0; read < length; ) {
      const { bytesRead } = await file.read(bytes, read, length - read, offset + read);
      if (bytesRead === 0) throw new Error(`${path} ends before byte ${offset + length}`);
      read += bytesRead;
    }
  } finally {
    await file.close();
  }
  return bytes;
}
