import type { AnyFault } from '@bridge/chaos-core';
import { conformanceChecks } from '@bridge/chaos-core/testkit';
import * as z from 'zod';
import { app } from '../../src/app/plugin.ts';
import { containers, files, network, processes, proxies, resources } from '../../src/index.ts';
import { proxyHarness } from '../conformance/proxy-harness.ts';

/** Every fault of this package, by plugin. */
export function everyFault(): readonly AnyFault[] {
  const plugins = [containers(), network(), resources(), processes(), files(), proxies(), app()];
  return plugins.flatMap<AnyFault>(({ faults }) => faults);
}

/** What is read of Vitest's JSON report. */
export const testReport = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});
export type TestReport = z.output<typeof testReport>;
type TestResult = TestReport['testResults'][number]['assertionResults'][number];

/** Titles of the conformance kit that prove the one and the other. */
const EFFECT = 'inject has an effect that observe and the witness both see';
const UNDO = 'revert puts back exactly what was there';
/** Titles that it has for every fault. */
const CHECKS = conformanceChecks({ type: 'proxy.latency' }, proxyHarness('proxy.latency'));
const VERBS = CHECKS.filter(({ kind }) => kind === 'verbs').map(({ name }) => name);
const KILLED = /^SIGKILL at (?<step>\S+) leaves nothing broken$/;
const STEPS = CHECKS.filter(({ name }) => KILLED.test(name)).length;

const HEAD = [
  '# Every fault, and what the last run of all tests proved of it',
  '',
  'Written by `node -C @bridge/source packages/injectors/test/faults-table/write.ts`, which reads the code and',
  '`reports/vitest.json`. Effect and undo are seen by a witness that does not use the fault’s own code; *SIGKILL*: the',
  `engine is killed and nothing stays broken, at so many of the ${STEPS} steps of the fault’s life; *kit*: so many of the`,
  `${VERBS.length} rules for its verbs; *all tests*: every test that names the fault. ✓ passed, ✗ failed, · not in that run, – nothing to`,
  'undo from outside: it ends with the process that is killed.',
  '',
  '| fault | target | outlives | risk | effect | undo | SIGKILL | kit | all tests |',
  '|---|---|---|---|---|---|---|---|---|',
];

/** The page, with the marks of one run. */
export function faultsTable(report: TestReport): string {
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const rows = everyFault().map((fault) =>
    row(
      fault,
      results.filter((result) => names(result, fault.type)),
    ),
  );
  return [...HEAD, ...rows, ''].join('\n');
}

function row({ type, target, survives, risk = 'medium' }: AnyFault, results: readonly TestResult[]): string {
  const below = results.filter(({ ancestorTitles }) => ancestorTitles.some((title) => isHeadOfKit(title, type)));
  const kit = below.filter(({ title }) => VERBS.includes(title));
  const marks = [
    mark(kit.filter(({ title }) => title === EFFECT)),
    mark(kit.filter(({ title }) => title === UNDO)),
    survives === 'engine' ? '–' : ofKills(results),
    share(kit, VERBS.length, ({ title }) => title),
    mark(results),
  ];
  return `| \`${[type, target, survives, risk, ...marks].join(' | ').replace(' | ', '` | ')} |`;
}

/** As a word: `network.dns` is not named by `network.dns-slow`. */
function names({ ancestorTitles, title }: TestResult, type: string): boolean {
  return `${[...ancestorTitles, title].join(' ')} `.split(/[^\w.-]+/).includes(type);
}

function isHeadOfKit(title: string, type: string): boolean {
  return title === type || title === `${type} keeps the contract`;
}

/** The matrix of kills has a test of its own for every step, whose title names only the fault. */
function ofKills(results: readonly TestResult[]): string {
  const steps = results.filter(({ title }) => KILLED.test(title));
  const matrix = results.filter(({ title }) => /^during \S+ leaves nothing broken$/.test(title));
  if (matrix.some(({ status }) => status !== 'passed')) return '✗';
  return steps.length === 0
    ? mark(matrix)
    : share(steps, STEPS, ({ title }) => KILLED.exec(title)?.groups?.['step'] ?? '');
}

/** How many different ones passed, where not all ran. */
function share(results: readonly TestResult[], all: number, nameOf: (result: TestResult) => string): string {
  const ran = new Set(results.map(nameOf)).size;
  const verdict = mark(results);
  return verdict === '✓' && ran < all ? `✓ ${ran}` : verdict;
}

function mark(results: readonly TestResult[]): string {
  if (results.length === 0) return '·';
  return results.every(({ status }) => status === 'passed') ? '✓' : '✗';
}

/** The faults that a page lists, in its order. */
export function listedFaults(page: string): string[] {
  return [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, type = '']) => type);
}
