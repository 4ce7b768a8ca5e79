import { LineCounter, parseDocument } from 'yaml';
import { ChaosError, messageOf } from '../errors.ts';

const LARGEST = 2 ** 20;
const MOST_ALIASES = 100;

/**
 * Reads YAML 1.2 (and so JSON), at most 1 MiB. Duplicate keys, unknown tags and alias bombs are refused. Throws
 * `CHAOS_EXPERIMENT_UNREADABLE` with line and column.
 */
export function readText(text: string): unknown {
  const size = Buffer.byteLength(text);
  if (size > LARGEST) throw unreadable(`expected at most ${LARGEST} bytes, got ${size}`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0]);
      throw unreadable(`line ${line}, column ${col}: ${problem.message}`);
    }
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (thrown) {
    if (thrown instanceof ChaosError) throw thrown;
    // The parser recurses: text nested thousands of levels deep exhausts the stack.
    throw unreadable(thrown instanceof RangeError ? 'expected fewer levels of nesting' : messageOf(thrown), thrown);
  }
}

function unreadable(reason: string, cause?: unknown): ChaosError {
  return new ChaosError('CHAOS_EXPERIMENT_UNREADABLE', `expected an experiment as JSON or YAML; ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
