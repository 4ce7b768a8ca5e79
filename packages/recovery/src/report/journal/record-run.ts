import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AnyChaosEvent, ChaosError, type EventSource, messageOf, type Run } from '@bridge/chaos-core';
import { eventText, headText, reportText } from './journal-line.ts';

export interface RecordRunOptions {
  /** The engine: what detectors and healers signal while the run is on is no run's own event. */
  readonly engine?: Pick<EventSource, 'on'>;
  /** Bytes after which per-second samples are left out, so that a run of days cannot fill a disk. Default 64 MiB. */
  readonly limit?: number;
}

export interface RunRecording {
  readonly file: string;
  /**
   * Resolves when the journal holds all of the run, its report last. Rejects with `CHAOS_REPORT_NOT_WRITTEN` when the
   * disk refused to the end. Never causes an unhandled rejection.
   */
  readonly written: Promise<void>;
}

const DEFAULT_LIMIT = 64 * 1024 * 1024;
/** Told every second; whoever reads the journal of a killed run loses at most the last of them. */
const SAMPLES: ReadonlySet<string> = new Set(['probe:second', 'health:second']);

/**
 * Writes the journal of a run while it goes: one line for what is known beforehand, one for every event, and its report
 * at the end (JSON lines, mode 0600). A process that is killed leaves all that had happened; {@link reportFromJournal}
 * makes a report of it. The run never waits for the disk.
 */
export function recordRun(run: Run, file: string, options: RecordRunOptions = {}): RunRecording {
  const written = write(run, file, options);
  written.catch(() => {
    // Whoever awaits `written` learns of it; a host that does not must not die of it.
  });
  return { file, written };
}

async function write(run: Run, file: string, { engine, limit = DEFAULT_LIMIT }: RecordRunOptions): Promise<void> {
  const early: AnyChaosEvent[] = [];
  let hear = (event: AnyChaosEvent): unknown => early.push(event);
  using _hearing = engine?.on('host:signal', (event) => hear(event));
  try {
    const { header } = run;
    await mkdir(dirname(file), { recursive: true });
    await using journal = await JournalFile.create(file, limit);
    await journal.add(headText(header), true);
    hear = (event) => journal.addEvent(event);
    for (const event of early) await journal.addEvent(event);
    for await (const event of run.events()) await journal.addEvent(event);
    await journal.add(reportText(await run.report), true);
    await journal.finish();
  } catch (cause) {
    if (cause instanceof ChaosError) throw cause;
    const message = `expected to write the journal of run ${run.id} to ${file}, got ${messageOf(cause)}`;
    throw new ChaosError('CHAOS_REPORT_NOT_WRITTEN', message, { cause });
  }
}

type FileHandle = Awaited<ReturnType<typeof open>>;

/** Appends lines. What a full disk refuses is kept and tried again with the next line: the fault may be the disk. */
class JournalFile implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #limit: number;
  #size = 0;
  #pending = '';
  #tail = Promise.resolve();
  #failure: unknown;

  private constructor(file: FileHandle, limit: number) {
    this.#file = file;
    this.#limit = limit;
  }

  /** The file must not exist: a journal is never mixed with another. */
  static async create(path: string, limit: number): Promise<JournalFile> {
    return new JournalFile(await open(path, 'ax', 0o600), limit);
  }

  addEvent(event: AnyChaosEvent): Promise<void> {
    const isSample = SAMPLES.has(event.type);
    if (isSample && this.#size + this.#pending.length > this.#limit) return this.#tail;
    return this.add(eventText(event), !isSample);
  }

  /** Never rejects. With `durable`, a power cut cannot take it away any more. */
  add(text: string, durable: boolean): Promise<void> {
    this.#pending += text;
    this.#tail = this.#tail.then(() => this.#flush(durable));
    return this.#tail;
  }

  async #flush(durable: boolean): Promise<void> {
    const chunk = this.#pending;
    this.#pending = '';
    try {
      await this.#file.appendFile(chunk);
      this.#size += chunk.length;
      if (durable) await this.#file.datasync();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      // Part of it may have been written: the line break ends that line. Readers skip it, and what they see twice.
      this.#pending = `${chunk.startsWith('\n') ? '' : '\n'}${chunk}${this.#pending}`;
    }
  }

  /** Throws what the disk said last when it still refuses. */
  async finish(): Promise<void> {
    await this.#flush(true);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
