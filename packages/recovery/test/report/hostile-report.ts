import type { Report } from '@bridge/chaos-core';
import { HOSTILE, ORIGIN, richReport } from './rich-report.ts';

/** The rich report with hostile names wherever people or systems may write one. */
export function hostileReport(names: readonly string[] = Object.values(HOSTILE)): Report {
  const report = richReport();
  const [first] = report.probes;
  const [fault] = report.faults;
  const [row] = report.objectives;
  if (first === undefined || fault === undefined || row === undefined)
    throw new RangeError('the rich report has these');
  const all = names.join(' ');
  return {
    ...report,
    name: all,
    actor: all,
    reasons: names.map((text) => ({ verdict: 'failed', code: text, sentence: text, numbers: { [text]: text } })),
    probes: names.map((name) => ({ ...first, name, type: name })),
    objectives: names.map((probe) => ({ ...row, probe })),
    faults: names.map((name) => ({
      ...fault,
      type: name,
      step: name,
      target: { ...fault.target, name, kind: name },
      params: { [name]: name },
    })),
    signals: names.map((name) => ({ kind: 'task', name, at: ORIGIN + 1000 })),
    experiment: { name: all, steadyState: { hypothesis: all } },
    problems: names.map((message) => ({ code: message, message })),
    environment: { ...report.environment, host: all },
  };
}
