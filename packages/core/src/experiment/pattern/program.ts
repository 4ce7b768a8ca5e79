import type { Assertion, Node } from './syntax.ts';

/** An instruction of the matching machine; `next` and `other` are positions in the program. */
export type Instruction =
  | { readonly does: 'read'; readonly has: (character: string) => boolean }
  | { readonly does: 'assert'; readonly assertion: Assertion }
  | { readonly does: 'fork'; readonly next: number; readonly other: number }
  | { readonly does: 'jump'; readonly next: number }
  | { readonly does: 'match' };

const MOST_WORK = 5_000;

/** Compiles a tree into a program for a machine without backtracking (Thompson 1968). */
export function compileProgram(node: Node): readonly Instruction[] {
  const compiler = new Compiler();
  compiler.emit(node);
  compiler.program.push({ does: 'match' });
  return compiler.program;
}

class Compiler {
  readonly program: Instruction[] = [];
  #work = 0;

  emit(node: Node): void {
    this.#work += 1;
    // Counted by work, not by length: repeating nothing takes time as well.
    if (this.#work > MOST_WORK) throw new SyntaxError(`it repeats too much: more than ${MOST_WORK} steps`);
    switch (node.kind) {
      case 'set':
        this.program.push({ does: 'read', has: node.has });
        return;
      case 'assertion':
        this.program.push({ does: 'assert', assertion: node.assertion });
        return;
      case 'sequence':
        for (const part of node.parts) this.emit(part);
        return;
      case 'choice':
        this.#choice(node.branches);
        return;
      case 'repeat':
        for (let count = 0; count < node.least; count += 1) this.emit(node.part);
        if (node.most === Number.POSITIVE_INFINITY) this.#loop(node.part);
        else for (let count = node.least; count < node.most; count += 1) this.#optional(node.part);
    }
  }

  #choice(branches: readonly Node[]): void {
    const ends: number[] = [];
    for (const [index, branch] of branches.entries()) {
      const isLast = index === branches.length - 1;
      const fork = isLast ? undefined : this.#reserve();
      this.emit(branch);
      if (fork === undefined) break;
      ends.push(this.#reserve());
      this.#fork(fork);
    }
    for (const end of ends) this.program[end] = { does: 'jump', next: this.program.length };
  }

  #loop(part: Node): void {
    const fork = this.#reserve();
    this.emit(part);
    this.program.push({ does: 'jump', next: fork });
    this.#fork(fork);
  }

  #optional(part: Node): void {
    const fork = this.#reserve();
    this.emit(part);
    this.#fork(fork);
  }

  /** A place whose instruction is known once what follows it is. */
  #reserve(): number {
    return this.program.push({ does: 'match' }) - 1;
  }

  /** At `place`: go on with what follows it, or with what comes after all that was emitted since. */
  #fork(place: number): void {
    this.program[place] = { does: 'fork', next: place + 1, other: this.program.length };
  }
}
