import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isStatic } from '../../src/container/busybox.ts';
import { addressBytes } from '../../src/network/peer/address-bytes.ts';
import { PACKET_QUEUE_PROGRAMS, PACKET_QUEUE_SOURCE } from '../../src/network/queue/packet-queue-program.ts';

const SOURCE = new URL('../../src/network/queue/packet-queue.c', import.meta.url);
const MACHINES = { amd64: 62, arm64: 183 };

describe('the packet queue program', () => {
  it('was compiled from the source beside it (else run build-packet-queue.mjs)', async () => {
    const digest = createHash('sha256')
      .update(await readFile(SOURCE))
      .digest('hex');
    expect(PACKET_QUEUE_SOURCE).toBe(digest);
  });

  it.each(Object.entries(MACHINES))('needs no library on %s', (architecture, machine) => {
    const program = gunzipSync(Buffer.from(PACKET_QUEUE_PROGRAMS[architecture] ?? '', 'base64'));
    expect(isStatic(program)).toBe(true);
    expect(program.readUInt16LE(18)).toBe(machine);
    expect(program.length).toBeLessThan(32_768);
  });
});

describe('the bytes of an address', () => {
  it.each([
    ['192.0.2.7', 'c0000207'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::ff00:42:8329', '20010db8000000000000ff0000428329'],
    ['::ffff:192.0.2.7', '00000000000000000000ffffc0000207'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('%s', (address, hex) => {
    expect(addressBytes(address).toString('hex')).toBe(hex);
  });
});
