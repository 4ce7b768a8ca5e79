import { join } from 'node:path';
import {
  type AnyChaosEvent,
  type EventSource,
  LineFile,
  type Logger,
  messageOf,
  type PastSource,
  type RecordedEntry,
} from '@bridge/chaos-core';

const REMEMBERED: ReadonlySet<string> = new Set(['schedule:picked', 'schedule:done']);
/** Far more than any pace or combination of things asks for. */
const MOST = 5_000;

/**
 * What the schedules of former lives did, kept in the state folder: how soon a group may be hit again, and what passed
 * alone, do not begin anew with a process.
 */
export class ScheduleMemory {
  readonly #file: LineFile<RecordedEntry>;
  readonly #log: Logger;
  readonly #entries: RecordedEntry[];

  private constructor(file: LineFile<RecordedEntry>, engine: Pick<EventSource, 'on'>, log: Logger) {
    this.#file = file;
    this.#log = log;
    this.#entries = [...file.before];
    // Before anything is broken: the engine tells a pick at once, and only then begins it. It stops to tell when it closes.
    engine.on('*', (event) => this.#heard(event));
  }

  /** Reads `<state>/schedules.jsonl`, and adds to it what the engine's schedules do. */
  static async open(state: string, engine: Pick<EventSource, 'on'>, log: Logger): Promise<ScheduleMemory> {
    const path = join(state, 'schedules.jsonl');
    const entryIn = (value: unknown): RecordedEntry | undefined => (isEntry(value) ? value : undefined);
    return new ScheduleMemory(await LineFile.open(path, entryIn, MOST), engine, log);
  }

  readonly past: PastSource = () => [...this.#entries];

  #heard({ type, runId, data }: AnyChaosEvent): void {
    if (!REMEMBERED.has(type)) return;
    const entry = { type, runId, data };
    this.#entries.push(entry);
    if (this.#entries.length > MOST) this.#entries.shift();
    try {
      this.#file.append(entry);
    } catch (error) {
      this.#log.warn(
        { file: this.#file.path, reason: messageOf(error) },
        'a schedule is not remembered over a restart',
      );
    }
  }
}

function isEntry(value: unknown): value is RecordedEntry {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'data' in value
  );
}
