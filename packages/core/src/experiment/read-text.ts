import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { ChaosError, messageOf } from '../errors.ts';
import { readJson } from './read-json.ts';

const LARGEST = 2 ** 20;
const MOST_ALIASES = 100;

/**
 * Reads YAML 1.2 (and so JSON), at most 1 MiB. Duplicate keys, unknown tags and alias bombs are refused. Throws
 * `CHAOS_EXPERIMENT_UNREADABLE` with line and column.
 */
export function readText(text: string, what = 'an experiment'): unknown {
  const size = Buffer.byteLength(text);
  if (size > LARGEST) throw unreadable(what, `expected at most ${LARGEST} bytes, got ${size}`);
  return readJson(text) ?? readYaml(text, what);
}

function readYaml(text: string, what: string): unknown {
  const lines = new LineCounter();
  try {
    // The package's own check for unique keys takes quadratic time: 40 s for a text of 600 KiB.
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    const [problem] = [...document.errors, ...document.warnings, ...duplicateKeys(document)];
    if (problem === undefined) return document.toJS({ maxAliasCount: MOST_ALIASES });
    const { line, col } = lines.linePos(problem.pos[0]);
    throw unreadable(what, `line ${line}, column ${col}: ${readable(problem.message)}`);
  } catch (thrown) {
    if (thrown instanceof ChaosError) throw thrown;
    throw unreadable(what, readable(messageOf(thrown)), thrown);
  }
}

/** The parser recurses: text that is nested a thousand levels deep exhausts the stack. */
function readable(message: string): string {
  return message.includes('call stack') ? 'expected fewer levels of nesting' : message;
}

interface TextProblem {
  readonly pos: readonly [number, number];
  readonly message: string;
}

function duplicateKeys(document: Document): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        // As text, because 1 and "1" become the same key of an object.
        const name = String(key.value);
        const [start = 0, end = start] = key.range ?? [];
        if (seen.has(name)) problems.push({ pos: [start, end], message: `expected unique keys, got "${name}" again` });
        seen.add(name);
      }
    },
  });
  return problems;
}

function unreadable(what: string, reason: string, cause?: unknown): ChaosError {
  return new ChaosError('CHAOS_EXPERIMENT_UNREADABLE', `expected ${what} as JSON or YAML; ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
