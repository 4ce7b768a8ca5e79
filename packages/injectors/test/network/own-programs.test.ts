import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isStatic } from '../../src/container/busybox.ts';
import { addressBytes } from '../../src/network/peer/address-bytes.ts';
import { PACKET_QUEUE_PROGRAMS, PACKET_QUEUE_SOURCE } from '../../src/network/queue/packet-queue-program.ts';
import { TCP_RELAY_PROGRAMS, TCP_RELAY_SOURCE } from '../../src/network/relay/tcp-relay-program.ts';

const MACHINES = { amd64: 62, arm64: 183 };
const PROGRAMS = [
  ['queue/packet-queue', PACKET_QUEUE_SOURCE, PACKET_QUEUE_PROGRAMS],
  ['relay/tcp-relay', TCP_RELAY_SOURCE, TCP_RELAY_PROGRAMS],
] as const;

describe.each(PROGRAMS)('the program %s', (path, compiledFrom, programs) => {
  it('was compiled from the source beside it (else run its build script)', async () => {
    const source = await readFile(new URL(`../../src/network/${path}.c`, import.meta.url));
    expect(compiledFrom).toBe(createHash('sha256').update(source).digest('hex'));
  });

  it.each(Object.entries(MACHINES))('needs no library on %s', (architecture, machine) => {
    const program = gunzipSync(Buffer.from(programs[architecture] ?? '', 'base64'));
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
