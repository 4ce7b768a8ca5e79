import type { EndingSignal, Io, Output } from '../../src/terminal/io.ts';

/** Streams that keep what is written to them, and signals that a test sends. */
export interface MemoryIo extends Io {
  readonly written: { readonly out: () => string; readonly err: () => string };
  signal(signal: EndingSignal): void;
}

export interface MemoryIoOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly colour?: boolean;
}

export function memoryIo({ cwd, env = {}, input = '', colour = false }: MemoryIoOptions): MemoryIo {
  const out = memoryOutput(colour);
  const err = memoryOutput(colour);
  const listeners = new Set<(signal: EndingSignal) => void>();
  return {
    out: out.output,
    err: err.output,
    cwd,
    env,
    written: { out: out.text, err: err.text },
    onSignal(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    signal: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    readInput: async () => input,
  };
}

function memoryOutput(colour: boolean): { readonly output: Output; readonly text: () => string } {
  const chunks: string[] = [];
  return {
    output: { write: (text) => void chunks.push(text), isTerminal: false, colour, columns: 100 },
    text: () => chunks.join(''),
  };
}
