import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { compileProgram, type Instruction } from './pattern/program.ts';
import { type Assertion, parsePattern } from './pattern/syntax.ts';

const LONGEST_PATTERN = 200;

/** A regular expression that is matched in time proportional to the text, whatever the pattern. */
export type Pattern =
  | { readonly ok: true; test(text: string): boolean }
  | { readonly ok: false; readonly message: string };

/**
 * Compiles a regular expression in JavaScript's syntax without lookaround and back-references, at most 200 characters.
 * It matches anywhere in the text unless anchored. No pattern can make it slow: experiments come from outside.
 */
export function compilePattern(source: string): Pattern {
  if (source.length > LONGEST_PATTERN) {
    return { ok: false, message: `expected at most ${LONGEST_PATTERN} characters, got ${source.length}` };
  }
  try {
    const program = compileProgram(parsePattern(source));
    return { ok: true, test: (text) => matches(program, [...text]) };
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return { ok: false, message: `expected a regular expression, got ${JSON.stringify(source)}: ${messageOf(thrown)}` };
  }
}

/** Zod type of the text of a regular expression that {@link compilePattern} takes. */
export const patternText = z
  .string()
  .min(1)
  .superRefine((source, ctx) => {
    const pattern = compilePattern(source);
    if (!pattern.ok) ctx.addIssue({ code: 'custom', message: pattern.message });
  });

/** The test of a regular expression that {@link patternText} has accepted; any other matches nothing. */
export function patternTest(source: string): (text: string) => boolean {
  const pattern = compilePattern(source);
  return pattern.ok ? pattern.test : () => false;
}

/** Follows all ways through the program at once, so every character is looked at once per instruction. */
function matches(program: readonly Instruction[], text: readonly string[]): boolean {
  let threads = new Set<number>();
  for (let at = 0; at <= text.length; at += 1) {
    threads = reachable(program, [...threads, 0], text, at);
    const next = new Set<number>();
    for (const position of threads) {
      const instruction = program[position];
      if (instruction?.does === 'match') return true;
      const character = text[at];
      if (instruction?.does === 'read' && character !== undefined && instruction.has(character)) next.add(position + 1);
    }
    threads = next;
  }
  return false;
}

function reachable(
  program: readonly Instruction[],
  from: readonly number[],
  text: readonly string[],
  at: number,
): Set<number> {
  const seen = new Set<number>();
  const pending = [...from];
  for (let position = pending.pop(); position !== undefined; position = pending.pop()) {
    if (seen.has(position)) continue;
    seen.add(position);
    const instruction = program[position];
    if (instruction?.does === 'jump') pending.push(instruction.next);
    if (instruction?.does === 'fork') pending.push(instruction.next, instruction.other);
    if (instruction?.does === 'assert' && holds(instruction.assertion, text, at)) pending.push(position + 1);
  }
  return seen;
}

function holds(assertion: Assertion, text: readonly string[], at: number): boolean {
  if (assertion === 'start') return at === 0;
  if (assertion === 'end') return at === text.length;
  const between = isWord(text[at - 1]) !== isWord(text[at]);
  return assertion === 'boundary' ? between : !between;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
