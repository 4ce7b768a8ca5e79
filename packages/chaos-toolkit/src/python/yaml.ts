import { parseDocument, Scalar, type ScalarTag } from 'yaml';
import { pyFloat } from './value.ts';

// What a plain scalar means, by the rules of PyYAML's `safe_load`, which are YAML 1.1 with exceptions: `y` and `n` are
// texts, a float needs a point, an exponent needs a point and a sign.

function tag(name: string, test: RegExp, read: (text: string) => unknown): ScalarTag {
  return {
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    test,
    resolve: (text) => read(text),
    stringify: ({ value }) => String(value),
  };
}

const digits = (text: string): string => text.replaceAll('_', '');

function signed(text: string, read: (unsigned: string) => number): number {
  const unsigned = digits(text).replace(/^[-+]/, '');
  const value = read(unsigned);
  return text.startsWith('-') && value !== 0 ? -value : value;
}

/** `1:30` is 90. */
const sexagesimal = (text: string): number => text.split(':').reduce((total, part) => total * 60 + Number(part), 0);

function float(text: string): unknown {
  const lower = text.toLowerCase();
  if (lower === '.nan') return Number.NaN;
  if (lower.endsWith('.inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return pyFloat(signed(text, text.includes(':') ? sexagesimal : Number));
}

const SCALARS: readonly ScalarTag[] = [
  tag('null', /^(?:~|null|Null|NULL|)$/, () => null),
  tag('bool', /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  tag('bool', /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  tag('int', /^[-+]?0b[0-1_]+$/, (text) => signed(text, (rest) => Number.parseInt(rest.slice(2), 2))),
  tag('int', /^[-+]?0x[0-9a-fA-F_]+$/, (text) => signed(text, (rest) => Number.parseInt(rest.slice(2), 16))),
  tag('int', /^[-+]?0[0-7_]+$/, (text) => signed(text, (rest) => Number.parseInt(rest, 8))),
  tag('int', /^[-+]?(?:0|[1-9][0-9_]*)$/, (text) => signed(text, Number)),
  tag('int', /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, (text) => signed(text, sexagesimal)),
  tag(
    'float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    float,
  ),
];

/** Timestamps, binary and other tagged values: kept as the text that was written. */
const KEPT: readonly ScalarTag[] = ['timestamp', 'binary', 'str'].map((name) => ({
  tag: `tag:yaml.org,2002:${name}`,
  resolve: (text: string) => new Scalar(text),
}));

/** The document of a YAML text as PyYAML would read it; errors and warnings are in it. */
export function parsePythonYaml(text: string) {
  return parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    customTags: (tags) => [...tags, ...SCALARS, ...KEPT],
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
}
