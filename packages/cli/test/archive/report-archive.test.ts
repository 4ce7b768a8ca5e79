import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Report, reportSchema } from '@bridge/chaos-core';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decryptWith, encryptTo } from '../../src/archive/encryption.ts';
import { ReportArchive } from '../../src/archive/report-archive.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-06-01T12:00:00.000Z');
const clock = { wall: () => NOW };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The smallest report there is, of a run that began so many days ago. */
function reportOf(id: string, daysAgo: number): Report {
  const startedAt = new Date(NOW - daysAgo * DAY).toISOString();
  const nothing = { request: null, ack: null, effect: null, impact: null, detect: null, act: null };
  return reportSchema.parse({
    format: 'bridge-chaos/report',
    version: 1,
    id,
    name: 'the secret plan of the shop',
    verdict: 'held',
    expect: 'held',
    passed: true,
    reasons: [],
    actor: null,
    seed: 1,
    clock: { monotonic: 0, wall: startedAt },
    startedAt,
    endedAt: startedAt,
    duration: 0,
    environment: { node: 'v24', platform: 'linux', arch: 'x64', host: 'h', cpus: 1, memory: 1 },
    versions: {},
    experiment: {},
    secrets: {},
    targets: [],
    phases: [],
    marks: { ...nothing, removed: null, recovered: null, confirmed: null },
    timings: {
      timeToDetect: null,
      timeToDetectFromEffect: null,
      timeToDetectAtLeast: null,
      predicted: false,
      timeToRecover: null,
      timeToRecoverAtLeast: null,
      healAfterRemoval: null,
      selfHeal: null,
    },
    timeToDetect: null,
    timeToRecover: null,
    episodes: [],
    flaps: 0,
    relapses: 0,
    faults: [],
    reversal: { clean: true, injected: 0, proven: 0, leaked: [] },
    objectives: [],
    probes: [],
    signals: [],
    aborted: null,
    problems: [],
    events: [],
    eventsDropped: 0,
  });
}

describe('the archive of reports', () => {
  it('gives back what was stored, newest first, each file private', async () => {
    const archive = new ReportArchive({ folder, clock });
    const [older, newer] = [reportOf('run-a', 2), reportOf('run-b', 1)];
    await archive.add(newer);
    const { file } = await archive.add(older);
    expect((await archive.list()).map(({ runId }) => runId)).toEqual(['run-b', 'run-a']);
    expect(await archive.read('run-a')).toEqual(older);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(archive.read('run-c')).rejects.toThrow(/CHAOS_ARCHIVE_FAILED.*holds none/);
  });

  it('compresses old reports, removes older ones, and reads both kinds', async () => {
    const archive = new ReportArchive({ folder, clock });
    await archive.add(reportOf('run-old', 8));
    await archive.add(reportOf('run-ancient', 91));
    await archive.add(reportOf('run-new', 1));
    expect(await archive.list()).toMatchObject([
      { runId: 'run-new', archived: false },
      {
        runId: 'run-old',
        archived: true,
        file: expect.stringMatching(/archive\/20260524T120000000Z-run-old\.json\.gz$/),
      },
    ]);
    expect(await archive.read('run-old')).toEqual(reportOf('run-old', 8));
  });

  it('never holds more than it may, whatever their age', async () => {
    const archive = new ReportArchive({ folder, clock, keep: 3 });
    for (const days of [5, 1, 4, 2, 3]) await archive.add(reportOf(`run-${days}`, days));
    expect((await archive.list()).map(({ runId }) => runId)).toEqual(['run-1', 'run-2', 'run-3']);
    expect(() => new ReportArchive({ keep: 0 })).toThrow('CHAOS_OPTIONS_INVALID');
  });

  it('replaces the report of the same run, also by one that is encrypted', async () => {
    await new ReportArchive({ folder, clock }).add(reportOf('run-a', 1));
    const identity = await generateIdentity();
    const archive = new ReportArchive({ folder, clock, recipients: [await identityToRecipient(identity)] });
    await archive.add(reportOf('run-a', 1));
    expect(await archive.list()).toMatchObject([{ runId: 'run-a', encrypted: true }]);
  });

  it('shows nothing of an encrypted report to who has no key, and refuses one that was changed', async () => {
    const [mine, stranger] = [await generateIdentity(), await generateIdentity()];
    const archive = new ReportArchive({ folder, clock, recipients: [await identityToRecipient(mine)] });
    const report = reportOf('run-a', 8);
    await archive.add(report);
    const [stored] = await archive.list();
    expect(stored).toMatchObject({ archived: true, encrypted: true });
    const file = stored?.file ?? '';
    const bytes = await readFile(file);
    expect(bytes.toString('latin1')).not.toContain('secret plan');
    expect(await archive.read('run-a', [stranger, mine])).toEqual(report);
    await expect(archive.read('run-a', [stranger])).rejects.toThrow(/CHAOS_ARCHIVE_FAILED.*1 identities/);
    await expect(archive.read('run-a')).rejects.toThrow('CHAOS_ARCHIVE_FAILED');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(archive.read('run-a', [mine])).rejects.toThrow('CHAOS_ARCHIVE_FAILED');
  });

  it('leaves strangers alone and takes away what a killed writer left', async () => {
    const archive = new ReportArchive({ folder, clock });
    await archive.add(reportOf('run-a', 1));
    const [fresh, abandoned] = ['.draft-report-1-x.json', '.draft-report-2-x.json'].map((name) => join(folder, name));
    for (const file of [fresh, abandoned, join(folder, 'notes.txt')]) await writeFile(file ?? '', 'half');
    await utimes(abandoned ?? '', new Date(NOW - 2 * DAY), new Date(NOW - 2 * DAY));
    await utimes(fresh ?? '', new Date(NOW), new Date(NOW));
    await archive.sweep();
    expect((await readdir(folder)).sort()).toEqual([
      '.draft-report-1-x.json',
      '20260531T120000000Z-run-a.json',
      'archive',
      'notes.txt',
    ]);
    expect(await archive.list()).toHaveLength(1);
  });

  it('takes no run id that leads out of its folder', async () => {
    const archive = new ReportArchive({ folder, clock });
    await expect(archive.add({ ...reportOf('run-a', 1), id: '../../etc/run' })).rejects.toThrow('CHAOS_ARCHIVE_FAILED');
    expect(existsSync(join(folder, '..', '..', 'etc', 'run'))).toBe(false);
    await expect(archive.read('../run-a')).rejects.toThrow(/holds none/);
  });
});

describe('encryption to a key', () => {
  it('opens with any of the keys, of either kind', async () => {
    const identities = [await generateIdentity(), await generateIdentity()];
    const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
    const encrypted = await encryptTo(recipients, Buffer.from('report'));
    for (const identity of identities) {
      expect(Buffer.from(await decryptWith([identity], encrypted)).toString()).toBe('report');
    }
  });

  it('says what is wrong with a key and never shows a secret one', async () => {
    await expect(encryptTo([], new Uint8Array())).rejects.toThrow('expected at least one age recipient');
    await expect(encryptTo(['age1nonsense'], new Uint8Array())).rejects.toThrow(
      /expected an age recipient.*age1nonsense/,
    );
    const secret = `${await generateIdentity()}X`;
    const refused = await decryptWith([secret], new Uint8Array()).catch((error: unknown) => String(error));
    expect(refused).toMatch(/CHAOS_ARCHIVE_FAILED: expected identity 1 of 1/);
    expect(refused).not.toContain(secret.slice(20, 40));
  });
});
