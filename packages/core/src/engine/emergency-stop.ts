import { messageOf } from '../errors.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenEngine } from './open-engine.ts';

export interface StopResult {
  readonly reverted: number;
  readonly leaked: number;
}

export interface EmergencyStopOptions {
  readonly parts: EngineParts;
  readonly open: () => OpenEngine | undefined;
  /** Ends every run with this reason; resolves when they have reported. */
  readonly abortRuns: (reason: string) => Promise<void>;
}

/** Stops everything and keeps it stopped, whoever engaged the latch: the API, a file, a signal. */
export class EmergencyStop {
  readonly #options: EmergencyStopOptions;
  #watch: Disposable | undefined;
  #onSignal: (() => void) | undefined;
  #stopping: Promise<StopResult> | undefined;

  constructor(options: EmergencyStopOptions) {
    this.#options = options;
  }

  /** From now on a stop file or the emergency signal stops the engine. */
  arm(): void {
    const { latch, checked } = this.#options.parts;
    this.#watch ??= latch.watch(({ reason }) => void this.stop(reason));
    const { emergencySignal } = checked;
    if (emergencySignal === undefined || this.#onSignal !== undefined) return;
    this.#onSignal = () =>
      void this.engage(`signal ${emergencySignal}`, null).catch((error: unknown) => this.#report(error));
    process.on(emergencySignal, this.#onSignal);
  }

  disarm(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
    const { emergencySignal } = this.#options.parts.checked;
    if (emergencySignal !== undefined && this.#onSignal !== undefined) process.off(emergencySignal, this.#onSignal);
    this.#onSignal = undefined;
  }

  /** Engages the latch and reverts everything; both begin at once. Rejects when the latch could not be made durable. */
  async engage(reason: string, actor: string | null): Promise<StopResult> {
    const engaged = this.#options.parts.latch.engage(reason, actor);
    const [result, durable] = await Promise.allSettled([this.stop(reason), engaged]);
    if (durable.status === 'rejected') throw durable.reason;
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  /** Ends every run and reverts every fault. Calls that overlap share one stop. */
  stop(reason: string): Promise<StopResult> {
    this.#stopping ??= this.#stopAll(reason).finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  async #stopAll(reason: string): Promise<StopResult> {
    const { parts, open, abortRuns } = this.#options;
    const runs = abortRuns(reason);
    const ended = await open()?.session.live.endAll('emergency-stop');
    await runs;
    const result = { reverted: ended?.ended ?? 0, leaked: ended?.leaked.length ?? 0 };
    parts.hub.emit('emergency:stopped', { reason, ...result });
    return result;
  }

  #report(error: unknown): void {
    this.#options.parts.log.error({ reason: messageOf(error) }, 'the emergency stop was not clean');
  }
}
