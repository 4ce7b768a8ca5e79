import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { messageOf } from '@bridge/chaos-core';
import { usageError } from './usage-error.ts';

/** Most bytes of a file that is written by hand: experiments, host files, cards. */
export const LARGEST_TEXT = 2 ** 20;

/**
 * Reads a regular file of at most 1 MiB of UTF-8. Never reads more than that, whatever the file's size, and does not wait
 * for a pipe or device.
 */
export async function readLimited(path: string): Promise<string> {
  const bytes = await firstBytes(path, LARGEST_TEXT + 1).catch((cause: unknown) => {
    throw usageError(`expected to read ${path}: ${messageOf(cause)}`, cause);
  });
  return checkedText(bytes, path);
}

/** The bytes as text. Throws `CHAOS_CLI_USAGE` when they are too many or no UTF-8. */
export function checkedText(bytes: Buffer, path: string): string {
  if (bytes.length > LARGEST_TEXT) {
    throw usageError(`expected at most ${LARGEST_TEXT} bytes in ${path}, it has more`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw usageError(`expected text (UTF-8) in ${path}, found other bytes`, cause);
  }
}

async function firstBytes(path: string, limit: number): Promise<Buffer> {
  // NONBLOCK: opening a named pipe would wait for its other end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new Error(`it is a ${facts.isDirectory() ? 'folder' : 'device or pipe'}, not a file`);
    const buffer = Buffer.alloc(Math.min(limit, facts.size));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}
