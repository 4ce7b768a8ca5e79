import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '../../src/bin.ts');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChaosProcess {
  readonly child: ChildProcess;
  /** Resolves when the standard error stream has shown this text so many times, by default once. */
  seen(text: string, times?: number): Promise<void>;
  /** The same of the standard output stream. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** `chaos` as a process of its own, from source. */
export function startChaos(cwd: string, words: readonly string[], flags: readonly string[] = []): ChaosProcess {
  const child = spawn(process.execPath, [...flags, '-C', '@bridge/source', BIN, ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  const ended = once(child, 'close').then(([code, signal]) => {
    return { code, signal, stdout: stdout.text(), stderr: stderr.text() };
  });
  return { child, seen: stderr.seen, printed: stdout.seen, ended };
}

/** Runs `chaos` to its end. */
export function chaos(cwd: string, ...words: readonly string[]): Promise<Ended> {
  return startChaos(cwd, words).ended;
}

function gather(stream: NodeJS.ReadableStream): {
  text(): string;
  seen(wanted: string, times?: number): Promise<void>;
} {
  let text = '';
  const waiting: { readonly isThere: () => boolean; readonly resolve: () => void }[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    for (const { isThere, resolve } of waiting) if (isThere()) resolve();
  });
  return {
    text: () => text,
    seen: (wanted, times = 1) =>
      new Promise((resolve) => {
        const isThere = (): boolean => text.split(wanted).length > times;
        waiting.push({ isThere, resolve });
        if (isThere()) resolve();
      }),
  };
}
