import { ChaosError, messageOf } from '../errors.ts';
import type { AnyChaosEvent } from '../event/chaos-events.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Ledger, LedgerEntry } from '../ledger.ts';
import type { Logger } from '../logger.ts';
import type { Redactor } from '../redaction/redactor.ts';

export interface LedgerWriterOptions {
  readonly ledger: Ledger;
  readonly service: string;
  readonly instance: string;
  readonly boot: string;
  readonly redactor: Redactor;
  readonly log: Logger;
}

/** Telemetry by the second stays out of the record; its summary is in the run's report. */
const UNRECORDED: ReadonlySet<string> = new Set(['probe:second', 'health:second']);

function targetOf(data: JsonObject): string | undefined {
  const fault: Json | undefined = data['fault'];
  if (typeof fault !== 'object' || fault === null || Array.isArray(fault) || !('target' in fault)) return undefined;
  const { target } = fault;
  if (typeof target !== 'object' || target === null || Array.isArray(target) || !('name' in target)) return undefined;
  return typeof target.name === 'string' ? target.name : undefined;
}

/** Hands every event to the ledger, in order. Only the intent is waited for; nothing ever delays a revert. */
export class LedgerWriter {
  readonly #options: LedgerWriterOptions;
  /** By event id. */
  readonly #pending = new Map<string, Promise<void>>();
  #sequence = 0;

  constructor(options: LedgerWriterOptions) {
    this.#options = options;
  }

  /** Hands over one event in the background. A failure is logged; the ledger keeps its own late entries. */
  record(event: AnyChaosEvent): void {
    if (UNRECORDED.has(event.type)) return;
    const pending = this.#append(event);
    this.#pending.set(event.id, pending);
    const taken = (): void => void this.#pending.delete(event.id);
    pending.then(taken, (error: unknown) => {
      taken();
      this.#options.log.error(
        { type: event.type, id: event.id, reason: messageOf(error) },
        'the ledger did not take an event',
      );
    });
  }

  /** Waits until the event is durable. Throws `CHAOS_LEDGER_FAILED`. */
  async commit(event: AnyChaosEvent): Promise<void> {
    try {
      // Handed over already: a second entry of the same id would use up a number and leave a hole in the record.
      await (this.#pending.get(event.id) ?? this.#append(event));
    } catch (cause) {
      throw new ChaosError(
        'CHAOS_LEDGER_FAILED',
        `expected the ledger to record the intent before anything is injected: ${messageOf(cause)}. Nothing was injected.`,
        { cause },
      );
    }
  }

  /** Resolves when everything handed over has been taken or has failed. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#pending.values());
  }

  async #append(event: AnyChaosEvent): Promise<void> {
    const { ledger, service, instance, boot, redactor } = this.#options;
    this.#sequence += 1;
    const data = redactor.object(event.data);
    const target = targetOf(data);
    const entry: LedgerEntry = {
      id: event.id,
      type: event.type,
      time: event.time,
      source: { service, instance, boot, sequence: this.#sequence },
      ...(event.runId === undefined ? {} : { runId: event.runId }),
      ...(target === undefined ? {} : { target }),
      data,
    };
    await ledger.append(entry);
  }
}
