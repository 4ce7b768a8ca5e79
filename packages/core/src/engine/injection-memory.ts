import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { RecentInjection } from '../guard/guard.ts';
import type { Logger } from '../logger.ts';
import { LineFile } from '../state/line-file.ts';
import type { Target } from '../target/target.ts';

export interface InjectionMemoryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds for which injections are remembered; 0: no rule asks for them. */
  readonly remember: number;
}

const target = z.custom<Target>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value && 'id' in value && 'name' in value,
);
/** `wall` outlives the process, which monotonic times do not. */
const line = z.object({ type: z.string(), target, wall: z.number() });

/**
 * The injections of the recent past, also those of former lives of the engine: the limits of how fast faults may follow
 * one another do not begin anew with a process. On disk only where such a limit is set.
 */
export class InjectionMemory {
  readonly #options: InjectionMemoryOptions;
  readonly #file: LineFile<RecentInjection> | undefined;
  #recent: RecentInjection[];

  private constructor(
    options: InjectionMemoryOptions,
    file: LineFile<RecentInjection> | undefined,
    recent: RecentInjection[],
  ) {
    this.#options = options;
    this.#file = file;
    this.#recent = recent;
  }

  /** Reads `<folder>/injections.jsonl`. */
  static async open(folder: string, options: InjectionMemoryOptions): Promise<InjectionMemory> {
    const { clock, remember } = options;
    if (remember === 0) return new InjectionMemory(options, undefined, []);
    const [now, wall] = [clock.now(), clock.wall()];
    const file = await LineFile.open(join(folder, 'injections.jsonl'), (value): RecentInjection | undefined => {
      const known = line.safeParse(value);
      if (!known.success || wall - known.data.wall >= remember) return undefined;
      const { type, target: hit, wall: then } = known.data;
      // Of a clock that was set back: as if it were just now.
      return { type, target: hit, at: now - Math.max(0, wall - then) };
    });
    return new InjectionMemory(options, file, [...file.before]);
  }

  /** Oldest first. */
  get recent(): readonly RecentInjection[] {
    const { clock, remember } = this.#options;
    const horizon = clock.now() - remember;
    this.#recent = this.#recent.filter(({ at }) => at >= horizon);
    return this.#recent;
  }

  /** To be called before anything is touched. */
  note(injection: RecentInjection): void {
    this.#recent.push(injection);
    const { type, at } = injection;
    const { clock, log } = this.#options;
    try {
      this.#file?.append({ type, target: injection.target, wall: clock.wall() - (clock.now() - at) });
    } catch (error) {
      // This process goes on to remember it; the undo record, which comes next, must fit on the disk or nothing happens.
      log.warn({ file: this.#file?.path, reason: messageOf(error) }, 'an injection is not remembered over a restart');
    }
  }
}
