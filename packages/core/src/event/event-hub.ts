import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { freshId } from '../random.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { AnyChaosEvent, ChaosEvent, ChaosEvents, ChaosEventType, Emit } from './chaos-events.ts';
import { type EventListener, type EventPattern, ShieldedEmitter } from './emitter.ts';
import { EventRecording } from './event-recording.ts';

/** How many events {@link EventHub.recent} tells. */
const RECENT = 1_000;
/** A recording drops a tenth at a time; what is left is still enough. */
const REMEMBERED = 1_200;

export interface EventHubOptions {
  readonly clock: Clock;
  /** Which engine: host name and instance. */
  readonly node: string;
  /** Where failing and slow listeners are reported. */
  readonly log: Logger;
  readonly redactor: Redactor;
}

/** Where every event of one engine is made, remembered and handed out. */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #emitter: ShieldedEmitter;
  readonly #engine = new EventRecording(REMEMBERED);
  readonly #runs = new Map<string, EventRecording>();
  /** Random once: drawing 96 bits for every event would cost more than the rest of it. */
  readonly #life = freshId('event');
  #sequence = 0;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#emitter = new ShieldedEmitter(options.clock, options.log);
  }

  /** Makes the event, remembers it, delivers it. Payloads are redacted, frozen copies. Never throws. */
  readonly emit: Emit = (type, data, runId) => {
    const event = this.#make(type, data, runId);
    // `type` and `data` belong together by construction; the compiler does not correlate them in a union.
    const remembered = event as AnyChaosEvent;
    this.#engine.append(remembered);
    if (runId !== undefined) this.#runs.get(runId)?.append(remembered);
    this.#emitter.emit(remembered);
    return event;
  };

  /** Calls back on every event of this type, or of any type with `'*'`, until the answer is disposed. */
  on<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): Disposable {
    this.#emitter.on(pattern, listener);
    return { [Symbol.dispose]: () => this.off(pattern, listener) };
  }

  /** Like {@link on}, for the next one only. */
  once<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): Disposable {
    this.#emitter.once(pattern, listener);
    return { [Symbol.dispose]: () => this.off(pattern, listener) };
  }

  off<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): void {
    this.#emitter.off(pattern, listener);
  }

  /**
   * The last 1,000 events, oldest first; with `after`, only those of a higher sequence. Per-second samples are forgotten
   * before anything else.
   */
  recent(after = 0): readonly AnyChaosEvent[] {
    const remembered = this.#engine.snapshot().slice(-RECENT);
    return remembered.filter((event) => event.sequence > after);
  }

  /**
   * Records the events of one run from now on, until {@link finish}. The recording outlives that, for as long as
   * somebody holds it.
   */
  record(runId: string, limit?: number): EventRecording {
    const recording = new EventRecording(limit);
    this.#runs.set(runId, recording);
    return recording;
  }

  /** Ends the recording of a run: its readers end after the last event. */
  finish(runId: string): void {
    this.#runs.get(runId)?.end();
    this.#runs.delete(runId);
  }

  /**
   * The events of a run that is being recorded, from the first on; without a run, every event of the engine from now on.
   * A run that is not being recorded has no events.
   */
  stream(runId?: string): AsyncIterableIterator<AnyChaosEvent, undefined, undefined> {
    if (runId === undefined) return this.#engine.read('now');
    return (this.#runs.get(runId) ?? ended()).read();
  }

  /** Ends every recording and stream. Events can still be emitted and heard. */
  close(): void {
    this.#engine.end();
    for (const runId of this.#runs.keys()) this.finish(runId);
  }

  #make<Type extends ChaosEventType>(type: Type, data: ChaosEvents[Type], runId?: string): ChaosEvent<Type> {
    const { clock, node, redactor } = this.#options;
    this.#sequence += 1;
    return Object.freeze({
      id: `${this.#life}-${this.#sequence}`,
      type,
      time: new Date(clock.wall()).toISOString(),
      monotonic: clock.now(),
      sequence: this.#sequence,
      node,
      ...(runId === undefined ? {} : { runId }),
      data: redactor.copy(data),
    });
  }
}

function ended(): EventRecording {
  const recording = new EventRecording();
  recording.end();
  return recording;
}
