import type { Assertion, Node } from './syntax.ts';

/** An instruction of the matching machine; `next` and `other` are positions in the program. */
export type Instruction =
  | { readonly does: 'read'; readonly has: (character: string) => boolean }
  | { readonly does: 'assert'; readonly assertion: Assertion }
  | { readonly does: 'fork'; readonly next: number; readonly other: number }
  | { readonly does: 'jump'; readonly next: number }
  | { readonly does: 'match' };

const LONGEST = 2_000;

/** Compiles a tree into a program for a machine without backtracking (Thompson 1968). */
export function compileProgram(node: Node): readonly Instruction[] {
  const program: Instruction[] = [];
  emit(node, program);
  program.push({ does: 'match' });
  return program;
}

function emit(node: Node, program: Instruction[]): void {
  if (program.length > LONGEST) throw new SyntaxError(`it repeats too much: more than ${LONGEST} steps`);
  switch (node.kind) {
    case 'set':
      program.push({ does: 'read', has: node.has });
      return;
    case 'assertion':
      program.push({ does: 'assert', assertion: node.assertion });
      return;
    case 'sequence':
      for (const part of node.parts) emit(part, program);
      return;
    case 'choice':
      emitChoice(node.branches, program);
      return;
    case 'repeat':
      for (let count = 0; count < node.least; count += 1) emit(node.part, program);
      if (node.most === Number.POSITIVE_INFINITY) emitLoop(node.part, program);
      else for (let count = node.least; count < node.most; count += 1) emitOptional(node.part, program);
  }
}

function emitChoice(branches: readonly Node[], program: Instruction[]): void {
  const ends: number[] = [];
  for (const [index, branch] of branches.entries()) {
    const isLast = index === branches.length - 1;
    const fork = isLast ? undefined : reserve(program);
    emit(branch, program);
    if (fork === undefined) break;
    ends.push(reserve(program));
    program[fork] = { does: 'fork', next: fork + 1, other: program.length };
  }
  for (const end of ends) program[end] = { does: 'jump', next: program.length };
}

function emitLoop(part: Node, program: Instruction[]): void {
  const fork = reserve(program);
  emit(part, program);
  program.push({ does: 'jump', next: fork });
  program[fork] = { does: 'fork', next: fork + 1, other: program.length };
}

function emitOptional(part: Node, program: Instruction[]): void {
  const fork = reserve(program);
  emit(part, program);
  program[fork] = { does: 'fork', next: fork + 1, other: program.length };
}

/** A place whose instruction is known once what follows it is. */
function reserve(program: Instruction[]): number {
  return program.push({ does: 'match' }) - 1;
}
