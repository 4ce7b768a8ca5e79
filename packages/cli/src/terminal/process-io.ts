import { constants } from 'node:os';
import type { WriteStream } from 'node:tty';
import { showsColour } from './colour.ts';
import type { EndingSignal, Io, Output } from './io.ts';

const SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const DEFAULT_COLUMNS = 100;

/**
 * The streams and signals of this process. A signal that nobody handles ends it with 128 and the signal's number, also
 * where it is the first process of a container, which the kernel's own default does not end.
 */
export function processIo(): Io {
  const listeners = new Set<(signal: EndingSignal) => void>();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (listeners.size === 0) process.exit(128 + constants.signals[signal]);
      for (const listener of listeners) listener(signal);
    });
  }
  return {
    out: output(process.stdout),
    err: output(process.stderr),
    cwd: process.cwd(),
    env: process.env,
    onSignal(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    readInput,
  };
}

function output(stream: WriteStream): Output {
  // The reader may have gone (`chaos … | head`): what is left to do is done anyway, the guardian is nobody's pipe.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const isTerminal = stream.isTTY === true;
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    colour: showsColour(isTerminal, process.env),
    get columns() {
      // A pseudo-terminal that nobody gave a size says 0.
      return stream.columns || DEFAULT_COLUMNS;
    },
  };
}

async function readInput(limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > limit) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
