import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import type { PythonProvider } from '../experiment/experiment.ts';
import { ActivityFailure, CrashError } from '../python/crash.ts';
import { parsePythonJson } from '../python/json.ts';
import type { PyDict, PyValue } from '../python/value.ts';
import { BRIDGE_PROGRAM } from './bridge-program.ts';
import type { ProviderContext } from './context.ts';
import { secretsOf } from './providers.ts';

const answer = z.union([
  z.object({ id: z.int(), ok: z.unknown() }),
  z.object({ id: z.int(), failed: z.string() }),
  z.object({ id: z.int(), crashed: z.string() }),
]);
type Answer = z.output<typeof answer>;

interface Waiting {
  resolve(value: PyValue): void;
  reject(error: Error): void;
}

/**
 * A Python child process that calls functions for the run: one line of JSON each way over pipes of its own, so that what
 * the functions print cannot disturb it. Started at the first call; calls run in threads of one process, as they do in
 * Chaos Toolkit.
 */
export class PythonBridge implements Disposable {
  readonly #command: string;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #next = 0;

  constructor(command = 'python3') {
    this.#command = command;
  }

  /** What is wrong with module, function or arguments; undefined when the call fits. */
  async check({ module, func, arguments: given }: PythonProvider): Promise<string | undefined> {
    const problem = await this.#ask({ do: 'check', module, func, arguments: given });
    return typeof problem === 'string' ? problem : undefined;
  }

  async call(provider: PythonProvider, given: PyDict, { variables, signal }: ProviderContext): Promise<PyValue> {
    signal.throwIfAborted();
    const { module, func } = provider;
    const secrets = secretsOf(provider, variables.secrets) ?? null;
    const { promise, reject } = Promise.withResolvers<PyValue>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const { configuration } = variables;
    const asked = this.#ask({ do: 'call', module, func, arguments: given, configuration, secrets });
    try {
      return await Promise.race([asked, promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL');
  }

  #ask(question: PyDict): Promise<PyValue> {
    const { promise, resolve, reject } = Promise.withResolvers<PyValue>();
    this.#next += 1;
    this.#waiting.set(this.#next, { resolve, reject });
    const input = (this.#child ?? this.#start()).stdio[3];
    if (isWritable(input)) input.write(`${JSON.stringify({ id: this.#next, ...question })}\n`);
    return promise;
  }

  #start(): ChildProcess {
    const stdio = ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] as const;
    const child = spawn(this.#command, ['-c', BRIDGE_PROGRAM], { stdio: [...stdio] });
    this.#child = child;
    child.on('error', (error) => this.#end(`${this.#command} cannot be started: ${error.message}`));
    child.on('exit', () => this.#end(`${this.#command} has ended`));
    const [, , , input, output] = child.stdio;
    // A write after the child's end; its exit is reported anyway.
    if (isWritable(input)) input.on('error', () => {});
    if (isReadable(output)) createInterface({ input: output }).on('line', (line) => this.#hear(line));
    return child;
  }

  #hear(line: string): void {
    const heard: Answer = answer.parse(parsePythonJson(line));
    const waiting = this.#waiting.get(heard.id);
    this.#waiting.delete(heard.id);
    if ('failed' in heard) waiting?.reject(new ActivityFailure(heard.failed));
    else if ('crashed' in heard) waiting?.reject(new CrashError(heard.crashed));
    else waiting?.resolve(asValue(heard.ok));
  }

  #end(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new CrashError(`the Python bridge: ${reason}`));
    this.#waiting.clear();
    this.#child = undefined;
  }
}

function asValue(value: unknown): PyValue {
  return parsePythonJson(JSON.stringify(value) ?? 'null');
}

function isWritable(stream: Readable | Writable | null | undefined): stream is Writable {
  return stream !== null && stream !== undefined && 'write' in stream;
}

function isReadable(stream: Readable | Writable | null | undefined): stream is Readable {
  return stream !== null && stream !== undefined && 'read' in stream;
}
