import { appendFile, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { ChaosError, messageOf } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Logger } from '../logger.ts';
import { freshId } from '../random.ts';
import { syncDirectory } from '../state/state-folder.ts';
import type { LatchState } from './latch-state.ts';
import { readStopFile } from './stop-file.ts';
import { watchFiles } from './stop-file-watch.ts';

export interface StopLatchOptions {
  /** The state folder; it exists. */
  readonly directory: string;
  /** Another file whose existence engages the stop, for example on a mounted volume. */
  readonly stopFile?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds between looks at the files; the file system's own notice usually comes sooner. */
  readonly checkInterval: number;
}

/** The second stop file: the option in code, else `CHAOS_STOP_FILE`. */
export function stopFilePath(option: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  return option ?? (environment['CHAOS_STOP_FILE'] || undefined);
}

/**
 * The emergency stop. Engaged by {@link engage} or by anybody who creates `<state>/stop` (or the second stop file), with
 * any content or none; stays engaged across restarts until {@link release}. `<state>/stop-history.jsonl` keeps every
 * engagement and release.
 */
export class StopLatch {
  readonly #options: StopLatchOptions;
  readonly #file: string;
  readonly #files: readonly string[];
  /** Engaged in this process; covers the time, or the disk fault, before the file is there. */
  #held: Extract<LatchState, { engaged: true }> | undefined;

  constructor(options: StopLatchOptions) {
    this.#options = options;
    this.#file = resolve(options.directory, 'stop');
    this.#files = [this.#file, ...(options.stopFile === undefined ? [] : [resolve(options.stopFile)])];
  }

  /** How it is now: looks at the files. */
  get state(): LatchState {
    if (this.#held !== undefined) return this.#held;
    const states = this.#files.map(readStopFile);
    return states.find((state) => state.engaged) ?? { engaged: false };
  }

  /**
   * Engages at once; resolves when the stop is durable, on a full disk without its reason. Rejects with
   * `CHAOS_STATE_UNUSABLE` when not even that is possible: it then holds in this process only. An engaged stop keeps its
   * first reason.
   */
  async engage(reason: string, actor: string | null = null): Promise<void> {
    const before = this.state;
    const { clock, log } = this.#options;
    const held = before.engaged
      ? before
      : ({ engaged: true, reason, time: new Date(clock.wall()).toISOString(), actor } as const);
    this.#held = held;
    await this.#write(held).catch((cause: unknown) => this.#touch(cause));
    this.#held = undefined;
    await this.#record({ event: 'engaged', reason, actor }).catch((cause: unknown) =>
      log.error({ reason, error: messageOf(cause) }, 'the emergency stop is engaged but not in its history'),
    );
  }

  /**
   * Removes the stop files; whatever is wrong with that leaves the stop engaged and rejects with `CHAOS_STATE_UNUSABLE`.
   * Releasing what is not engaged does nothing.
   */
  async release(reason: string, actor: string | null = null): Promise<void> {
    if (!this.state.engaged) return;
    try {
      await this.#record({ event: 'released', reason, actor });
      for (const file of this.#files.toReversed()) {
        await rm(file, { force: true });
        await syncDirectory(dirname(file)).catch((cause: unknown) => this.#onUnsynced(file, cause));
      }
    } catch (cause) {
      throw unusable(`expected to remove ${this.#files.join(' and ')}; the emergency stop stays engaged`, cause);
    }
    this.#held = undefined;
  }

  /** Calls back each time the stop becomes engaged, also when it is already; never keeps the process alive. */
  watch(onEngaged: (state: Extract<LatchState, { engaged: true }>) => void): Disposable {
    let engaged = false;
    const look = (): void => {
      const { state } = this;
      const isNew = state.engaged && !engaged;
      engaged = state.engaged;
      if (isNew && state.engaged) onEngaged(state);
    };
    const { clock, log, checkInterval } = this.#options;
    const watching = watchFiles(this.#files, look, { clock, log, interval: checkInterval });
    look();
    return watching;
  }

  async #write({ reason, time, actor }: Extract<LatchState, { engaged: true }>): Promise<void> {
    const { directory } = this.#options;
    const temporary = join(directory, `.${basename(this.#file)}-${freshId('new')}`);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ reason, time, actor })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#file);
    } finally {
      await rm(temporary, { force: true });
    }
    await syncDirectory(directory);
  }

  /** A full disk has no room for a reason, but mostly for an empty file, and any file is a stop. */
  async #touch(cause: unknown): Promise<void> {
    try {
      const file = await open(this.#file, 'a', 0o600);
      await file.close();
      await syncDirectory(this.#options.directory);
    } catch {
      throw unusable(`the emergency stop holds in this process but could not be written to ${this.#file}`, cause);
    }
  }

  async #record(entry: JsonObject): Promise<void> {
    const time = new Date(this.#options.clock.wall()).toISOString();
    const path = join(this.#options.directory, 'stop-history.jsonl');
    await appendFile(path, `${JSON.stringify({ time, ...entry })}\n`, { mode: 0o600, flush: true });
  }

  /** The file is gone for everybody who looks; only a power cut right now could bring it back. */
  #onUnsynced(file: string, cause: unknown): void {
    this.#options.log.warn(
      { file, error: messageOf(cause) },
      'the removal of the stop file may not survive a power cut',
    );
  }
}

function unusable(message: string, cause: unknown): ChaosError {
  return new ChaosError('CHAOS_STATE_UNUSABLE', `${message}: ${messageOf(cause)}`, { cause });
}
