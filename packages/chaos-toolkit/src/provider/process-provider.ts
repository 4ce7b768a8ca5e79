import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { messageOf } from '@bridge/chaos-core';
import type { ProcessProvider } from '../experiment/experiment.ts';
import { ActivityFailure, CrashError } from '../python/crash.ts';
import { pyStr } from '../python/repr.ts';
import { isEmpty, substitute, type Variables } from '../python/template.ts';
import { isDict, isList, isTruthy, type PyDict, type PyValue } from '../python/value.ts';
import type { ProviderContext } from './context.ts';
import { killGroup } from './kill-group.ts';
import { which } from './which.ts';

/** More output than this ends the process: nothing that is kept in a journal is that long. */
const LONGEST_OUTPUT = 16 * 2 ** 20;

/**
 * Runs the program; whatever its exit code, that is a result. It inherits environment and stdin, and is killed with all
 * it started when it takes too long or the run is interrupted. One that cannot be killed fails the activity.
 */
export async function runProcess(provider: ProcessProvider, context: ProviderContext): Promise<PyDict> {
  const file = which(provider.path);
  if (file === undefined)
    throw new CrashError(`FileNotFoundError: [Errno 2] No such file or directory: '${provider.path}'`);
  const [program, ...args] = commandLine(file, provider.arguments, context.variables);
  const child = spawn(program ?? file, args, { stdio: ['inherit', 'pipe', 'pipe'], detached: true });
  return await finished(child, provider.timeout, context);
}

/** Program and arguments. A text goes through a shell, as the format says; the run was asked for permission before. */
function commandLine(file: string, written: PyValue, variables: Variables): string[] {
  const given = isTruthy(written) && !isEmpty(variables) ? substitute(written, variables) : written;
  if (typeof given === 'string') return ['/bin/sh', '-c', `${file} ${given}`];
  const list = isDict(given) ? Object.entries(given).flat() : isList(given) ? given : [];
  return [file, ...list.filter((item) => item !== null && item !== '').map(pyStr)];
}

async function finished(child: ChildProcess, timeout: number | undefined, context: ProviderContext): Promise<PyDict> {
  const { promise, resolve, reject } = Promise.withResolvers<PyDict>();
  const end = (reason: unknown): void => {
    reject(killGroup(child) ? reason : stillRunning(child, messageOf(reason)));
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const stdout = collect(child.stdout, end);
  const stderr = collect(child.stderr, end);
  const onAbort = (): void => end(context.signal.reason);
  const late = new ActivityFailure('process activity took too long to complete');
  using _timer = timeout === undefined ? undefined : context.clock.timer(timeout * 1000, () => end(late));
  context.signal.addEventListener('abort', onAbort, { once: true });
  if (context.signal.aborted) onAbort();
  child.on('error', (error) => reject(new CrashError(`OSError: ${error.message}`)));
  child.on('close', (code, signal) => {
    const status = code ?? -(signal === null ? 0 : constants.signals[signal]);
    resolve({ status, stdout: stdout(), stderr: stderr() });
  });
  try {
    return await promise;
  } finally {
    context.signal.removeEventListener('abort', onAbort);
  }
}

/** Nobody waits for it any more, this process neither. */
function stillRunning(child: ChildProcess, reason: string): ActivityFailure {
  child.unref();
  return new ActivityFailure(`${reason}; the program (process ${child.pid}) could not be killed and may still run`);
}

function collect(stream: Readable | null, end: (reason: unknown) => void): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream?.on('data', (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > LONGEST_OUTPUT) end(new ActivityFailure(`the process wrote more than ${LONGEST_OUTPUT} bytes`));
  });
  return () => decode(Buffer.concat(chunks));
}

/** UTF-8, or else bytes as Latin-1: every byte has a meaning there. */
function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') && !Buffer.from(text).equals(bytes) ? bytes.toString('latin1') : text;
}
