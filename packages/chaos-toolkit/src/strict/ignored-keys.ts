import { didYouMean } from '../experiment/did-you-mean.ts';
import { isDict, type PyDict, type PyValue } from '../python/value.ts';
import { everyActivity } from './every-activity.ts';
import { type TrapRule, trap } from './trap.ts';

const KNOWN = {
  experiment: [
    'title',
    'description',
    'version',
    'method',
    'steady-state-hypothesis',
    'rollbacks',
    'configuration',
    'secrets',
    'controls',
    'runtime',
    'tags',
    'contributions',
    'extensions',
  ],
  hypothesis: ['title', 'description', 'probes', 'controls', 'tolerance'],
  activity: [
    'type',
    'name',
    'description',
    'provider',
    'background',
    'pauses',
    'timeout',
    'controls',
    'tolerance',
    'ref',
  ],
  pauses: ['before', 'after'],
  python: ['type', 'module', 'func', 'arguments', 'secrets'],
  process: ['type', 'path', 'arguments', 'timeout', 'secrets'],
  http: ['type', 'url', 'method', 'headers', 'arguments', 'timeout', 'verify_tls', 'max_retries', 'secrets'],
  bridge: ['type', 'module', 'func', 'arguments'],
  regex: ['type', 'pattern', 'target'],
  jsonpath: ['type', 'path', 'target', 'expect', 'count'],
  range: ['type', 'range', 'target'],
  runtime: ['rollbacks', 'hypothesis'],
} as const;

/** Keys with a meaning elsewhere that this place does not look at, and what to write instead. */
const MISPLACED: Readonly<Record<string, string>> = {
  expected_status: 'It was never implemented: put the status into the tolerance of a hypothesis probe.',
  configuration: 'Only the configuration at the top of the experiment counts: move it there.',
  secrets: 'Only `provider.secrets` names secrets: move it there.',
  dry: 'Pass `dry` to the run: written here it even keeps the activity from being dry.',
};

function* unknown(dict: PyValue | undefined, known: readonly string[], path: string) {
  if (!isDict(dict)) return;
  for (const key of Object.keys(dict)) {
    if (known.includes(key) || key.startsWith('x-')) continue;
    const remedy = MISPLACED[key] ?? `Remove it or correct its name${didYouMean(key, known)}.`;
    yield trap('ignored-key', path === '' ? key : `${path}.${key}`, 'this key is ignored silently', remedy);
  }
}

/** Keys that Chaos Toolkit does not look at, misspelt ones above all. */
export const ignoredKeys: TrapRule = function* (experiment) {
  yield* unknown(experiment.raw, KNOWN.experiment, '');
  yield* unknown(experiment.hypothesis?.raw, KNOWN.hypothesis, 'steady-state-hypothesis');
  yield* unknown(experiment.runtime, KNOWN.runtime, 'runtime');
  for (const { raw, path, provider } of everyActivity(experiment)) {
    yield* unknown(raw, KNOWN.activity, path);
    yield* unknown(raw['pauses'], KNOWN.pauses, `${path}.pauses`);
    yield* unknown(raw['provider'], KNOWN[provider.type], `${path}.provider`);
    yield* inTolerance(raw, path);
  }
};

function* inTolerance({ tolerance }: PyDict, path: string) {
  if (!isDict(tolerance)) return;
  const { type } = tolerance;
  if (type !== 'regex' && type !== 'jsonpath' && type !== 'range') return;
  yield* unknown(tolerance, KNOWN[type], `${path}.tolerance`);
}
