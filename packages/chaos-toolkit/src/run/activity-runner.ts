import type { Clock } from '@bridge/chaos-core';
import type { Activity, Entry } from '../experiment/experiment.ts';
import { parseActivity } from '../experiment/parse-activity.ts';
import type { Providers } from '../provider/providers.ts';
import { asNumber } from '../python/compare.ts';
import { ActivityFailure } from '../python/crash.ts';
import { substitute, type Variables } from '../python/template.ts';
import { isDict, isTruthy, type PyDict, type PyValue, toJson, toJsonObject } from '../python/value.ts';
import type { Controls } from './controls.ts';
import { type JournalEntry, timestamp } from './journal.ts';
import type { DryMode } from './options.ts';

export interface ActivityRunnerOptions {
  readonly providers: Providers;
  readonly controls: Controls;
  readonly variables: Variables;
  readonly names: ReadonlyMap<string, Entry>;
  readonly dry: DryMode | undefined;
  readonly clock: Clock;
}

/** An activity's entry in the journal and its output, which JSON cannot hold in full. */
export interface Done {
  readonly entry: JournalEntry;
  readonly output: PyValue;
}

/** Runs single activities: references, controls, pauses, dry mode, what goes into the journal. */
export class ActivityRunner {
  readonly #options: ActivityRunnerOptions;

  constructor(options: ActivityRunnerOptions) {
    this.#options = options;
  }

  /** `list` gets the entry as soon as the activity starts, so that one cut off is there too. */
  async run(entry: Entry, list: JournalEntry[], signal: AbortSignal): Promise<Done> {
    const activity = this.#resolve(entry);
    const { controls } = this.#options;
    return await controls.around('activity', activity.raw, activity.controls, async (withState) => {
      // Hooks may have changed it.
      const done = await this.#paused(parseActivity(activity.raw, activity.path), list, signal);
      withState(done.entry);
      return done;
    });
  }

  #resolve(entry: Entry): Activity {
    if (entry.kind === 'activity') return entry;
    const found = this.#options.names.get(entry.ref);
    if (found?.kind === 'activity') return found;
    throw new ActivityFailure(`could not find referenced activity '${entry.ref}'`);
  }

  async #paused(activity: Activity, list: JournalEntry[], signal: AbortSignal): Promise<Done> {
    const { variables, clock } = this.#options;
    const pauses = substitute(activity.pauses, variables);
    // An activity that says anything about `dry` itself is not dry, and pauses.
    const dry = Object.hasOwn(activity.raw, 'dry') ? undefined : this.#options.dry;
    const skipped =
      dry === 'activities' ||
      (dry === 'actions' && activity.type === 'action') ||
      (dry === 'probes' && activity.type === 'probe');
    const pause = async (moment: 'before' | 'after'): Promise<void> => {
      const seconds = asNumber(isDict(pauses) ? pauses[moment] : undefined) ?? 0;
      if (seconds > 0 && !skipped && dry !== 'pause') await clock.sleep(seconds * 1000, { signal });
    };
    await pause('before');
    const entry: JournalEntry = { activity: toJsonObject(activity.raw), output: null, start: timestamp(clock) };
    list.push(entry);
    const started = clock.now();
    try {
      signal.throwIfAborted();
      const output = skipped
        ? null
        : await this.#options.providers.run(activity.provider, { variables, signal, clock });
      entry.output = toJson(output);
      entry.status = 'succeeded';
      return { entry, output };
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      entry.status = 'failed';
      entry.exception = [`chaoslib.exceptions.ActivityFailed: ${error.message}\n`];
      return { entry, output: null };
    } finally {
      entry.end = timestamp(clock);
      entry.duration = (clock.now() - started) / 1000;
      if (!signal.aborted) await pause('after');
    }
  }

  /** Asks a tolerance of type `probe` about a value. */
  async ask(tolerance: PyDict, value: PyValue, signal: AbortSignal): Promise<boolean> {
    const { providers, variables, clock } = this.#options;
    const { provider } = parseActivity(tolerance, 'tolerance');
    const given = 'arguments' in provider && isDict(provider.arguments) ? provider.arguments : {};
    const asked = { ...provider, arguments: { ...given, value } };
    try {
      return isTruthy(await providers.run(asked, { variables, signal, clock }));
    } catch (error) {
      if (error instanceof ActivityFailure) return false;
      throw error;
    }
  }
}
