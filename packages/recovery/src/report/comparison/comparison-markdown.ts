import { code, fitted, plain, table } from '../markdown/markdown.ts';
import type { MarkdownOptions } from '../markdown/render-markdown.ts';
import type { ReportComparison } from './compare-reports.ts';
import { comparedWords, comparisonHeadline } from './comparison-words.ts';

const DEFAULT_LIMIT = 60_000;
const ROWS = 200;
const SIGNS = { worse: '❌', uncertain: '❔', 'not-worse': '✅', 'too-few': '➖' } as const;

/** Two runs side by side as GitHub Markdown. */
export function renderComparisonMarkdown(comparison: ReportComparison, options: MarkdownOptions = {}): string {
  const { before, after, regression, values } = comparison;
  const findings = (regression?.findings ?? []).slice(0, ROWS);
  const rows = values.slice(0, ROWS).map((value) => {
    const words = comparedWords(value);
    return [plain(value.of), value.name, words.before, words.after, words.change];
  });
  const runs = [before, after].map(({ name, id, verdict, startedAt }, index) => [
    index === 0 ? 'before' : 'after',
    plain(name),
    code(id),
    `**${verdict}**`,
    startedAt,
  ]);
  const sections = [
    `## ${plain(comparisonHeadline(comparison))}`,
    table(['', 'experiment', 'run', 'verdict', 'started'], runs),
    findings.map(({ outcome, sentence }) => `- ${SIGNS[outcome]} ${plain(sentence)}`).join('\n'),
    rows.length === 0 ? '' : table(['', 'value', 'before', 'after', 'change'], rows),
  ];
  return fitted(
    sections.filter((section) => section !== ''),
    options.limit ?? DEFAULT_LIMIT,
  );
}
