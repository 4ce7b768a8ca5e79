import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import {
  ChaosError,
  ERROR_CODES,
  type ErrorCode,
  messageOf,
  type Sample,
  type SamplerContext,
} from '@bridge/chaos-core';
import { monotonic } from './monotonic.ts';
import type { OpenLoopHealth } from './open-loop.ts';
import { here, ownExtension, resolveInstalled } from './probe-module.ts';
import type { FromWorker, PortableError, ToWorker, WorkerProbe } from './worker-message.ts';

/** Path of the thread's entry module. @throws {ChaosError} when it cannot be found. */
function entry(): string {
  const extension = ownExtension();
  if (extension !== undefined) return fileURLToPath(new URL(`./sampler-worker.${extension}`, here()));
  try {
    return fileURLToPath(resolveInstalled('@bridge/chaos-recovery/sampler-worker'));
  } catch (cause) {
    const message =
      `expected to find @bridge/chaos-recovery/sampler-worker from the bundle ${here()}. Keep the package installed ` +
      'beside the bundle, or bundle it as a second file and pass workerSampler({ entry }).';
    throw new ChaosError('CHAOS_OPTIONS_INVALID', message, { cause });
  }
}

/** Nothing: a thread has the flags of its process by itself, and those of V8 are refused where they are handed over. */
function flagsOf(path: string): { readonly execArgv?: string[] } {
  const isSource = process.execArgv.some((flag) => flag.includes('@bridge/source'));
  if (isSource || !path.endsWith('.ts')) return {};
  // From source the packages are found by their source condition, as the host found them.
  return { execArgv: [...process.execArgv, '--conditions=@bridge/source'] };
}

/** A worker thread that samples. */
export class SamplerThread {
  readonly #worker: Worker;
  readonly #sink: (sample: Sample) => void;
  readonly #context: SamplerContext;
  readonly #opened = Promise.withResolvers<void>();
  readonly #health = Promise.withResolvers<OpenLoopHealth>();
  readonly #exited: Promise<void>;

  constructor(
    probes: readonly WorkerProbe[],
    sink: (sample: Sample) => void,
    context: SamplerContext,
    path: string = entry(),
  ) {
    this.#sink = sink;
    this.#context = context;
    const offset = context.clock.now() - monotonic();
    this.#worker = new Worker(path, { workerData: { probes, offset }, ...flagsOf(path), name: 'chaos-sampler' });
    this.#worker.on('message', (message: FromWorker) => this.#take(message));
    this.#worker.on('error', (error) => this.#lost(messageOf(error)));
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    void this.#exited.then(() => this.#lost('it ended'));
    // Whoever needs the health is told; a thread lost before anybody asked is not an unhandled rejection.
    this.#health.promise.catch(() => {});
    this.#opened.promise.catch(() => {});
  }

  /** Resolves when every probe is open; rejects with why one is not. */
  opened(): Promise<void> {
    return this.#opened.promise;
  }

  begin(): void {
    this.#post({ kind: 'begin' });
  }

  /** Resolves with the health once every sample has reached the sink; rejects when the thread was lost. */
  async stop(): Promise<OpenLoopHealth> {
    this.#post({ kind: 'stop' });
    return await this.#health.promise;
  }

  /** Resolves when the thread has ended. */
  exited(): Promise<void> {
    return this.#exited;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'opened':
        this.#opened.resolve();
        break;
      case 'refused':
        this.#opened.reject(fromPortable(message.error));
        break;
      case 'samples':
        message.samples.forEach(this.#sink);
        break;
      case 'log':
        this.#context.log[message.level](message.data, message.message);
        break;
      case 'stopped':
        this.#health.resolve(message.health);
    }
  }

  /** Without effect on what has been settled before. */
  #lost(reason: string): void {
    const error = new Error(`the sampler's thread was lost: ${reason}`);
    this.#opened.reject(error);
    this.#health.reject(error);
  }
}

function fromPortable({ code, message, details }: PortableError): Error {
  if (code === undefined || !isErrorCode(code)) return new Error(message);
  return new ChaosError(code, message, details === undefined ? {} : { details });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
