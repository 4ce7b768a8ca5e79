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

/** A question that the child has not answered yet. */
interface Asked {
  readonly child: ChildProcess;
  readonly answer: Promise<PyValue>;
  resolve(value: PyValue): void;
  reject(reason: unknown): void;
  /** Why nobody wants the answer any more. */
  abandoned?: unknown;
}

/**
 * A Python child process that calls functions for the run: one line of JSON each way over pipes of its own, so that what
 * the functions print cannot disturb it. Started at the first call; calls run in threads of one process, as they do in
 * Chaos Toolkit. A thread cannot be ended by itself: a call that is cut off ends with the process, and that once all of its
 * calls are cut off; the next call starts another.
 */
export class PythonBridge implements Disposable {
  readonly #command: string;
  readonly #waiting = new Map<number, Asked>();
  #child: ChildProcess | undefined;
  #next = 0;

  constructor(command = 'python3') {
    this.#command = command;
  }

  /** What is wrong with module, function or arguments; undefined when the call fits. */
  async check({ module, func, arguments: given }: PythonProvider): Promise<string | undefined> {
    const problem = await this.#ask({ do: 'check', module, func, arguments: given }).answer;
    return typeof problem === 'string' ? problem : undefined;
  }

  async call(provider: PythonProvider, given: PyDict, { variables, signal }: ProviderContext): Promise<PyValue> {
    signal.throwIfAborted();
    const { module, func } = provider;
    const secrets = secretsOf(provider, variables.secrets) ?? null;
    const { configuration } = variables;
    const asked = this.#ask({ do: 'call', module, func, arguments: given, configuration, secrets });
    const onAbort = (): void => this.#abandon(asked, signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await asked.answer;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL');
  }

  #ask(question: PyDict): Asked {
    const { promise: answer, resolve, reject } = Promise.withResolvers<PyValue>();
    const child = this.#child ?? this.#start();
    const asked: Asked = { child, answer, resolve, reject };
    this.#next += 1;
    this.#waiting.set(this.#next, asked);
    const input = child.stdio[3];
    if (isWritable(input)) input.write(`${JSON.stringify({ id: this.#next, ...question })}\n`);
    return asked;
  }

  #abandon(asked: Asked, reason: unknown): void {
    asked.abandoned = reason;
    this.#killUnwanted(asked.child);
  }

  /** The calls that were cut off are over when the child has ended. */
  #killUnwanted(child: ChildProcess): void {
    const open = [...this.#waiting.values()].filter((asked) => asked.child === child);
    if (open.length === 0 || open.some(({ abandoned }) => abandoned === undefined)) return;
    if (this.#child === child) this.#child = undefined;
    child.kill('SIGKILL');
  }

  #start(): ChildProcess {
    const stdio = ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] as const;
    const child = spawn(this.#command, ['-c', BRIDGE_PROGRAM], { stdio: [...stdio] });
    this.#child = child;
    child.on('error', ({ message }) => {
      const failed = child.pid === undefined ? 'cannot be started' : 'could not be killed and may still run';
      this.#end(child, () => crash(`${this.#command} ${failed}: ${message}`));
    });
    child.on('exit', () => this.#end(child, ({ abandoned }) => abandoned ?? crash(`${this.#command} has ended`)));
    const [, , , input, output] = child.stdio;
    // A write after the child's end; its exit is reported anyway.
    if (isWritable(input)) input.on('error', () => {});
    if (isReadable(output)) createInterface({ input: output }).on('line', (line) => this.#hear(line));
    return child;
  }

  #hear(line: string): void {
    const heard: Answer = answer.parse(parsePythonJson(line));
    const asked = this.#waiting.get(heard.id);
    if (asked === undefined) return;
    this.#waiting.delete(heard.id);
    if (asked.abandoned !== undefined) asked.reject(asked.abandoned);
    else if ('failed' in heard) asked.reject(new ActivityFailure(heard.failed));
    else if ('crashed' in heard) asked.reject(new CrashError(heard.crashed));
    else asked.resolve(asValue(heard.ok));
    this.#killUnwanted(asked.child);
  }

  #end(child: ChildProcess, reason: (asked: Asked) => unknown): void {
    for (const [id, asked] of this.#waiting) {
      if (asked.child !== child) continue;
      this.#waiting.delete(id);
      asked.reject(reason(asked));
    }
    if (this.#child === child) this.#child = undefined;
  }
}

function crash(reason: string): CrashError {
  return new CrashError(`the Python bridge: ${reason}`);
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
