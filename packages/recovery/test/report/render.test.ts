import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from '@bridge/chaos-core';
import {
  compareReports,
  renderComparisonHtml,
  renderComparisonMarkdown,
  renderHtml,
  renderJunit,
  renderMarkdown,
} from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileReport } from './hostile-report.ts';
import { reportOf } from './report-of.ts';
import { HOSTILE, richReport } from './rich-report.ts';

const SCHEMA = fileURLToPath(new URL('./junit.xsd', import.meta.url));

const passing = (): Report => richReport({ verdict: 'recovered', expect: 'recovered', passed: true, reasons: [] });
const leaking = (): Report => {
  const [first, ...others] = richReport().faults;
  if (first?.outcome !== 'injected') throw new RangeError('the first fault was injected');
  const state = { phase: 'leaked', cause: 'run-end', reason: 'still there after 30 s' } as const;
  return richReport({
    verdict: 'leaked',
    faults: [{ ...first, state, facts: { ...first.facts, removedAt: null, reversal: null } }, ...others],
    reversal: { clean: false, injected: 3, proven: 2, leaked: ['network.delay on orders-db'] },
  });
};

type ProbeReport = Report['probes'][number];

/** The seconds of a probe again and again. */
function secondAt({ seconds }: ProbeReport, at: number): ProbeReport['seconds'][number] {
  const second = seconds[at % seconds.length];
  if (second === undefined) throw new RangeError('expected a probe with seconds');
  return { ...second, at };
}

describe('JUnit', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chaos-junit-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Counted by another reader of XML than the one that wrote it. */
  async function count(xml: string, path: string): Promise<number> {
    const file = join(folder, 'junit.xml');
    await writeFile(file, xml);
    const { stdout } = await promisify(execFile)('xmllint', ['--xpath', `count(${path})`, file]);
    return Number(stdout);
  }

  it.each([
    ['a run that failed', richReport()],
    ['a run that passed', passing()],
    ['a leak', leaking()],
    ['hostile names', hostileReport()],
    ['nothing at all', reportOf()],
  ])('is valid for %s', async (name, report) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.xml`);
    await writeFile(file, renderJunit([report, report]));
    await promisify(execFile)('xmllint', ['--noout', '--nonet', '--schema', SCHEMA, file]);
  });

  it('is red exactly when the run did not pass, and counts right', async () => {
    const verdicts = [
      'held',
      'recovered',
      'failed',
      'flapping',
      'inconclusive',
      'aborted',
      'invalid',
      'leaked',
    ] as const;
    for (const verdict of verdicts) {
      const passed = verdict === 'held' || verdict === 'recovered';
      const xml = renderJunit(richReport({ verdict, expect: 'recovered', passed }));
      const [failures, errors] = [/failures="(\d+)"/.exec(xml)?.[1], /errors="(\d+)"/.exec(xml)?.[1]].map(Number);
      expect(/<(failure|error) /.test(xml), verdict).toBe(!passed);
      expect(await count(xml, '//failure')).toBe(failures);
      expect(await count(xml, '//error')).toBe(errors);
    }
    // A judge of the host's own may pass what an objective denies: its word counts.
    expect(renderJunit(richReport({ verdict: 'held', expect: 'held', passed: true }))).not.toMatch(/<(failure|error) /);
  });

  it('tells a broken system from a broken experiment, and from too little data', async () => {
    const failed = renderJunit(richReport());
    expect(await count(failed, '//testcase[@name="the system holds"]/failure[@type="failed"]')).toBe(1);
    expect(await count(failed, '//testcase[contains(@name, "file.corrupt")]/error[@type="refused"]')).toBe(1);
    expect(await count(failed, '//testcase[contains(@name, "checkout")]/skipped')).toBe(1);
    const invalid = renderJunit(richReport({ verdict: 'invalid' }));
    expect(await count(invalid, '//testcase[@name="the system holds"]/error[@type="invalid"]')).toBe(1);
    const leaked = renderJunit(leaking());
    expect(await count(leaked, '//testcase[@name="network.delay on orders-db is undone"]/failure')).toBe(1);
    expect(leaked).toContain('still there after 30 s');
  });
});

describe('Markdown', () => {
  it('says verdict, reasons, times, proofs and objectives', () => {
    const text = renderMarkdown(richReport());
    expect(text).toMatch(/^## ❌ FAIL: orders survive a slow database\n\n\*\*failed\*\* \(expected held\)/);
    expect(text).toContain('| Time to recover | 27.4 s | from impact to recovery |');
    expect(text).toContain(
      '| `network.delay` | `orders-db` | seen present from outside after 2 looks, hit 418 of 420 |',
    );
    expect(text).toContain('effect 31 s → impact 31.5 s → detect 36.2 s');
    expect(renderMarkdown(passing())).toContain('## ✅ PASS');
    expect(renderMarkdown(leaking())).toContain('NOT PROVEN UNDONE');
  });

  it('keeps hostile text as text', () => {
    const names = [
      ...Object.values(HOSTILE),
      '| a | b |',
      '`code` ``',
      '@team #12 http://evil.example www.evil.example',
      '![x](y) [a](b) $x$',
    ];
    const text = renderMarkdown(hostileReport(names));
    const outside = text.replaceAll(/(`+)[^`].*?[^`]?\1/g, '');
    expect(outside).not.toMatch(/<(?!\/?sub>)/);
    expect(outside).not.toMatch(/(?<!\\)[[\]$]|@\w|https?:\/\/|www\./);
    expect(text).not.toMatch(/[\u202e\u2066]|(?!\n)\p{Cc}/u);
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    for (const row of rows) expect([4, 7]).toContain(row.split(/(?<!\\)\|/).length - 2);
  });

  it('stays within its limit and says so', () => {
    const many = hostileReport(Array.from({ length: 5_000 }, (_, index) => `name ${index} ${'x'.repeat(3_000)}`));
    const text = renderMarkdown(many, { limit: 20_000 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
    expect(text).toContain('was left out to keep this summary within its limit');
    expect(Buffer.byteLength(renderMarkdown(many))).toBeLessThanOrEqual(60_000);
    expect(renderMarkdown(richReport())).not.toContain('left out');
  });
});

describe('HTML', () => {
  it('escapes whatever is filled in, in text and in attributes', () => {
    const page = renderHtml(hostileReport());
    expect(page).not.toMatch(/<script|<img|<\/style><style|onerror="/);
    expect(page.match(/<style>/g)).toHaveLength(1);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('safe‹U+202E›gnp.exe‹U+2066›');
  });

  it('is bounded for a run of a day with a thousand faults', () => {
    const [first] = richReport().probes;
    const [fault] = richReport().faults;
    if (first === undefined || fault === undefined) throw new RangeError('the rich report has these');
    const seconds = Array.from({ length: 86_400 }, (_, at) => secondAt(first, at));
    const probe = { ...first, seconds: seconds };
    const day = richReport({ duration: 86_400_000, faults: Array.from({ length: 1_000 }, () => fault) });
    const page = renderHtml({
      ...day,
      probes: Array.from({ length: 30 }, (_, index) => ({ ...probe, name: `p${index}` })),
    });
    expect(page.length).toBeLessThan(8_000_000);
    expect(page).toContain('500 more in the JSON report');
  });

  it('draws a run of which nothing is known', () => {
    expect(renderHtml({ ...reportOf(), phases: [], probes: [] })).toContain('<h1>');
  });
});

describe('two reports', () => {
  it('are told worse, with the numbers side by side', () => {
    const comparison = compareReports(passing(), richReport());
    expect(comparison.regression?.outcome).toBe('regressed');
    expect(comparison.values).toContainEqual({
      of: 'run',
      name: 'time to recover',
      unit: 'ms',
      before: 27_400,
      after: 27_400,
    });
    expect(renderComparisonMarkdown(comparison)).toMatch(/^## worse than before\n/);
    expect(renderComparisonHtml(comparison)).toContain('failed, recovered before');
  });

  it('of different experiments only stand beside each other', () => {
    const comparison = compareReports(richReport(), richReport({ name: 'another' }));
    expect(comparison.regression).toBeNull();
    expect(renderComparisonMarkdown(comparison)).toContain('different experiments');
    expect(renderComparisonHtml(comparison)).not.toContain('What can be told');
  });

  it('with hostile names are text too', () => {
    const page = renderComparisonHtml(compareReports(hostileReport(), hostileReport()));
    expect(page).not.toMatch(/<script|<img|onerror="/);
  });
});
