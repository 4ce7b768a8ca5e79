import { readFile } from 'node:fs/promises';

const PLACES = ['/bin/busybox', '/usr/bin/busybox', '/bin/busybox-static', '/usr/local/bin/busybox'];
const PT_INTERP = 3;

/** This machine's busybox, when it needs no shared libraries (Debian: package `busybox-static`). */
export async function staticBusybox(): Promise<Buffer | undefined> {
  for (const place of PLACES) {
    const program = await readFile(place).catch(() => undefined);
    if (program !== undefined && isStatic(program)) return program;
  }
  return undefined;
}

/** True for a 64-bit little-endian ELF program that names no interpreter, so that it runs in an empty image. */
export function isStatic(program: Buffer): boolean {
  const isElf64 = program.length > 64 && program.readUInt32BE(0) === 0x7f45_4c46 && program.readUInt16BE(4) === 0x0201;
  if (!isElf64) return false;
  const table = Number(program.readBigUInt64LE(32));
  const entrySize = program.readUInt16LE(54);
  const entries = program.readUInt16LE(56);
  return Array.from({ length: entries }, (_, index) => table + index * entrySize).every(
    (offset) => offset + 4 <= program.length && program.readUInt32LE(offset) !== PT_INTERP,
  );
}
