/**
 * Compiles a pattern of Python's `re` to a JavaScript expression that matches the same texts. Throws SyntaxError for what
 * is no pattern, or has no counterpart: conditionals, atomic groups, possessive quantifiers, verbose mode.
 */
export function compileRegex(pattern: string): RegExp {
  if (pattern.length > LONGEST) throw new SyntaxError(`expected at most ${LONGEST} characters, got ${pattern.length}`);
  const global = /^\(\?([aimsu]+)\)/.exec(pattern);
  const flags = global?.[1] ?? '';
  const multiline = flags.includes('m');
  const body = translate(pattern.slice(global?.[0].length ?? 0), { multiline, dotAll: flags.includes('s') });
  return new RegExp(body, `u${flags.includes('i') ? 'i' : ''}`);
}

const LONGEST = 2_000;

interface Mode {
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

const DIGIT = '\\p{Nd}';
const WORD = '\\p{L}\\p{N}_';
const SPACE = '\\s\\x1c-\\x1f\\x85';
const CLASSES: Readonly<Record<string, string>> = {
  d: `[${DIGIT}]`,
  D: `[^${DIGIT}]`,
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
  A: '(?<![\\s\\S])',
  Z: '(?![\\s\\S])',
  b: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
  a: '\\x07',
};
/** Within brackets, where a class that is not negated is only its members. */
const MEMBERS: Readonly<Record<string, string>> = {
  d: DIGIT,
  D: '\\P{Nd}',
  w: WORD,
  s: SPACE,
  S: '\\S',
  b: '\\x08',
  a: '\\x07',
};
const SAME = /[fnrtvx0-9u]/;

const PARTS =
  /\\(?<escaped>[\s\S]?)|\[(?<negated>\^?)(?<first>\]?)(?<members>(?:\\[\s\S]|[^\]\\])*)\]|\(\?P<(?<group>\w+)>|\(\?P=(?<back>\w+)\)|(?<comment>\(\?#[^)]*\))|(?<foreign>\(\?(?:\(|>|[a-zA-Z-]*x)|[*+?}]\+)|(?<inline>\(\?[a-zA-Z]+\))|(?<mark>[.^$])|(?<brace>\{(?!\d*,?\d*\})|\{\}|\{,\})|(?<upTo>\{,\d+\})|(?<closing>[\]}])/g;

function translate(pattern: string, mode: Mode): string {
  // A quantifier's closing brace must not be mistaken for a literal one.
  const counted: string[] = [];
  const kept = pattern.replace(/(\\[\s\S])|(\{\d+(?:,\d*)?\})(?!\+)/g, (all, escaped: string | undefined) => {
    if (escaped !== undefined) return all;
    counted.push(all);
    return '\u0000';
  });
  const parts = kept.replace(PARTS, (all, ...rest) => part(all, rest.at(-1), mode));
  return parts.replaceAll('\u0000', () => counted.shift() ?? '');
}

function part(all: string, groups: Record<string, string | undefined>, mode: Mode): string {
  const { escaped, members, group, back, comment, foreign, inline, mark, upTo } = groups;
  if (escaped !== undefined) return translatedEscape(escaped, CLASSES);
  if (members !== undefined) return brackets(groups['negated'] ?? '', `${groups['first'] ?? ''}${members}`);
  if (group !== undefined) return `(?<${group}>`;
  if (back !== undefined) return `\\k<${back}>`;
  if (comment !== undefined) return '';
  if (foreign !== undefined) throw new SyntaxError(`${foreign} has no counterpart here; write it another way`);
  if (inline !== undefined) throw new SyntaxError(`global flags ${inline} belong at the start of the pattern`);
  if (mark !== undefined) return anchor(mark, mode);
  if (upTo !== undefined) return `{0${upTo.slice(1)}`;
  return `\\${all.split('').join('\\')}`;
}

/** `$` also matches before a line break at the very end; `.` leaves out nothing but `\n`. */
function anchor(mark: string, { multiline, dotAll }: Mode): string {
  if (mark === '.') return dotAll ? '[\\s\\S]' : '[^\\n]';
  if (mark === '^') return multiline ? '(?<![^\\n])' : '(?<![\\s\\S])';
  return multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))';
}

function translatedEscape(char: string, classes: Readonly<Record<string, string>>): string {
  const known = classes[char];
  if (known !== undefined) return known;
  if (char === '') throw new SyntaxError('bad escape (end of pattern)');
  if (SAME.test(char)) return `\\${char}`;
  if (/[a-zA-Z]/.test(char)) throw new SyntaxError(`bad escape \\${char}`);
  return char === '-' && classes === CLASSES ? char : literal(char);
}

function brackets(negated: string, members: string): string {
  const inside = members.replace(/\\([\s\S])|([[\]&~!#%,:;<=>@`{}()|/])/g, (_all, char?: string, plain?: string) =>
    char === undefined ? literal(plain ?? '') : translatedEscape(char, MEMBERS),
  );
  return `[${negated}${inside}]`;
}

/** The one character, whatever it means in a pattern. */
function literal(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}
