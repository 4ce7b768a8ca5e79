import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { file } from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';
import { type TemporaryFolder, temporaryFolder } from './server/temporary-folder.ts';

const CONTENT = '{"ready": true, "jobs": 3}';
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

describe('file probe', () => {
  let folder: TemporaryFolder;
  let path: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    path = join(folder.path, 'state.json');
    await writeFile(path, CONTENT);
  });
  afterAll(() => folder?.[Symbol.asyncDispose]());

  it.each([
    [{}],
    [{ kind: 'file' as const, sizeAtLeast: '1B' as const, sizeAtMost: '1KiB' as const, ageAtMost: '1h' as const }],
    [{ sha256: SHA256.toUpperCase() }],
    [{ content: { contains: 'ready' } }],
    [
      {
        content: [
          { path: '$.ready', equals: true },
          { path: '$.jobs', above: 2 },
        ],
      },
    ],
    [{ content: { schema: { required: ['jobs'] } } }],
  ])('is healthy when %j', async (expectation) => {
    await using probe = await openProbe(file, { path, expect: expectation });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: CONTENT.length });
  });

  it.each([
    [{ exists: false }, 'expected no such file'],
    [{ kind: 'folder' as const }, 'expected a folder'],
    [{ sizeAtLeast: '1KiB' as const }, 'expected at least 1024 bytes, got 26'],
    [{ sizeAtMost: '5B' as const }, 'expected at most 5 bytes, got 26'],
    [{ sha256: '0'.repeat(64) }, `expected SHA-256 ${'0'.repeat(64)}, got ${SHA256}`],
    [{ content: { path: '$.jobs', below: 3 } }, 'expected $.jobs below 3, got 3'],
  ])('is degraded when not %j', async (expectation, mismatch) => {
    await using probe = await openProbe(file, { path, expect: expectation });
    const detail = `${path}: ${mismatch}`;
    expect(await probe.check(patient())).toEqual({ health: 'degraded', value: CONTENT.length, detail });
  });

  it('tells a stale heartbeat', async () => {
    const heartbeat = join(folder.path, 'heartbeat');
    await writeFile(heartbeat, '');
    await utimes(heartbeat, new Date(), new Date('2020-01-01'));
    await using probe = await openProbe(file, { path: heartbeat, expect: { ageAtMost: '1 minute' } });
    expect((await probe.check(patient())).detail).toMatch(
      /expected to be modified within 60000 ms, got \d{11,} ms ago/,
    );
  });

  it('tells a missing file, also one that should be missing', async () => {
    const missing = join(folder.path, 'nothing');
    await using wanted = await openProbe(file, { path: missing });
    const detail = `expected ${missing} to exist`;
    expect(await wanted.check(patient())).toEqual({ health: 'degraded', value: null, detail });
    await using unwanted = await openProbe(file, { path: missing, expect: { exists: false } });
    expect(await unwanted.check(patient())).toEqual({ health: 'healthy', value: null });
    // A file where a folder should be is no such file either.
    await using beneath = await openProbe(file, { path: join(path, 'inside') });
    expect(await beneath.check(patient())).toMatchObject({ health: 'degraded' });
  });

  it('knows nothing of what it may not read', async () => {
    const inner = join(folder.path, 'inner');
    await mkdir(inner);
    await using probe = await openProbe(file, { path: inner, expect: { content: { contains: 'x' } } });
    expect(await probe.check(patient())).toMatchObject({
      health: 'unknown',
      detail: expect.stringContaining('EISDIR'),
    });
  });

  it('does not judge a large file by its beginning', async () => {
    const large = join(folder.path, 'large');
    await writeFile(large, 'x'.repeat(2 ** 20 + 1));
    await using probe = await openProbe(file, { path: large, expect: { content: { contains: 'x' } } });
    expect((await probe.check(patient())).detail).toContain('expected at most 1048576 bytes to look into, got 1048577');
  });

  it.each([
    [{}, /^path: /],
    [{ path: '/a', expect: { sha256: 'abc' } }, /^expect\.sha256: expected a SHA-256 checksum: 64 hexadecimal digits/],
    [{ path: '/a', expect: { exists: false, kind: 'file' } }, /^expect\.exists: expected exists: false alone/],
    [{ path: '/a', expect: { ageAtMost: 'old' } }, /^expect\.ageAtMost: /],
    [{ path: '/a', expect: { content: { path: 'a', equals: 1 } } }, /^expect\.content/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(file, options).join('\n')).toMatch(complaint);
  });
});
