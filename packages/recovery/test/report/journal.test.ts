import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportSchema } from '@bridge/chaos-core';
import { readReport, renderHtml, renderJunit, renderMarkdown, reportFromJournal } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';

const HOST = fileURLToPath(new URL('./recorded-host.ts', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 20 };

/** A host process that runs an experiment in a folder of its own and writes its journal. */
async function recordedHost(hold: number) {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-journal-'));
  const [state, broken, journal] = [join(folder, 'state'), join(folder, 'broken'), join(folder, 'runs', 'run.jsonl')];
  const child = spawn(process.execPath, ['-C', '@bridge/source', HOST, state, broken, journal, String(hold)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  return {
    state,
    broken,
    journal,
    exited,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      await expect.poll(() => existsSync(broken), PATIENCE).toBe(false);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function linesOf(file: string): Promise<string[]> {
  return existsSync(file) ? (await readFile(file, 'utf8')).split('\n') : [];
}

/** Wherever the journal was cut, the report of it is read from its last whole line; half a head is none. */
async function readsUpToAnyCut(text: string, cut: string): Promise<void> {
  const [head = ''] = text.split('\n');
  const whole = text.indexOf('\n{"report"');
  for (const share of [0.2, 0.5, 0.8, 1]) {
    await writeFile(cut, text.slice(0, head.length + Math.floor(share * (whole - head.length))));
    const report = await reportFromJournal(cut);
    expect(reportSchema.parse(report).verdict).toBe('aborted');
  }
  await writeFile(cut, head);
  expect(await reportFromJournal(cut)).toMatchObject({ verdict: 'aborted', phases: [], faults: [], duration: 0 });
  await writeFile(cut, head.slice(0, -1));
  await expect(reportFromJournal(cut)).rejects.toThrow('CHAOS_REPORT_UNREADABLE');
}

describe('the journal of a run', () => {
  it('ends with the report of the run, is private, and holds no secret', { timeout: 120_000 }, async () => {
    await using host = await recordedHost(800);
    expect(await host.exited).toEqual([0, null]);
    const report = await reportFromJournal(host.journal);
    expect(report.verdict).toBe('recovered');
    expect(await readReport(host.journal)).toEqual(report);
    expect((await stat(host.journal)).mode & 0o777).toBe(0o600);
    const text = await readFile(host.journal, 'utf8');
    expect(text).not.toContain('hunter2');
    expect(text).toContain('fault:intended');
    await readsUpToAnyCut(text, join(host.state, '..', 'cut.jsonl'));
  });

  it('gives a report up to the kill, and with the state folder the undo after it', { timeout: 180_000 }, async () => {
    await using host = await recordedHost(600_000);
    const seen = async (): Promise<boolean> => {
      const lines = await linesOf(host.journal);
      const effect = lines.findIndex((line) => line.includes('"fault:effective"'));
      const signalled = lines.some((line) => line.includes('"host:signal"'));
      return (
        signalled && effect !== -1 && lines.slice(effect).filter((line) => line.includes('"probe:second"')).length > 1
      );
    };
    await expect.poll(seen, PATIENCE).toBe(true);
    await host.kill();
    await appendFile(host.journal, '{"event":{"id":"torn');

    const report = await reportFromJournal(host.journal);
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      name: 'the file is there',
      verdict: 'aborted',
      passed: false,
      seed: 7,
      actor: 'test',
      aborted: { code: 'journal-cut' },
      reversal: { clean: false, injected: 1, proven: 0, leaked: ['service.break on switch'] },
      faults: [{ outcome: 'injected', step: 'step-1', state: { phase: 'active' }, facts: { removedAt: null } }],
      signals: [{ kind: 'trigger', name: 'file is gone' }],
    });
    expect(report.reasons.map(({ code }) => code)).toEqual(['journal-cut', 'undo-unknown']);
    expect(report.phases.map(({ phase }) => phase)).toEqual(['prepare', 'baseline', 'failure']);
    expect(report.marks.effect).not.toBeNull();
    const [probe] = report.probes;
    expect(probe).toMatchObject({ name: 'file', every: 20, judged: true });
    expect(probe?.seconds.some(({ degraded }) => degraded > 0)).toBe(true);
    expect(probe?.seconds.some(({ healthy, degraded }) => healthy > 0 && degraded === 0)).toBe(true);
    for (const rendered of [renderHtml(report), renderJunit(report), renderMarkdown(report)]) {
      expect(rendered).toContain('the journal ends in phase failure');
    }

    const mended = (): Promise<boolean> =>
      reportFromJournal(host.journal, { state: host.state }).then(({ reversal }) => reversal.clean);
    await expect.poll(mended, PATIENCE).toBe(true);
    expect(await reportFromJournal(host.journal, { state: host.state })).toMatchObject({
      verdict: 'aborted',
      faults: [{ state: { phase: 'reverted', cause: 'engine-dead', reversal: { observation: 'absent' } } }],
    });
  });

  it('is told from other files', async () => {
    const path = await mkdtemp(join(tmpdir(), 'chaos-journal-'));
    await using _folder = { [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
    const file = join(path, 'other.json');
    await expect(readReport(file)).rejects.toThrow(/CHAOS_REPORT_UNREADABLE: .*ENOENT/);
    await writeFile(file, '{"format":"bridge-chaos/report"}');
    await expect(readReport(file)).rejects.toThrow('CHAOS_REPORT_UNREADABLE');
    await writeFile(file, '');
    await expect(readReport(file)).rejects.toThrow(/an empty file/);
  });
});
