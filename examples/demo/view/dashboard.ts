import type { AnyChaosEvent } from '@bridge/chaos-core';
import type { Chapter } from './view.ts';

/** A fault that is on; `until` in ms of this process, null when nothing but its scope ends it. */
interface ShownFault {
  readonly type: string;
  readonly target: string;
  readonly until: number | null;
}

/** One second of a probe. Latency in ms; null when nothing answered. */
interface Second {
  readonly p95: number | null;
  readonly failed: number;
}

const LONGEST = 40;

/** What the live view shows, kept up to date by events. */
export class Dashboard {
  readonly faults = new Map<string, ShownFault>();
  readonly seconds: Second[] = [];
  chapter: Chapter | undefined;
  phase = 'starting';
  probe = '';
  /** What happened last. */
  news = '';

  begin(chapter: Chapter): void {
    this.chapter = chapter;
    this.phase = 'starting';
    this.news = '';
  }

  take(event: AnyChaosEvent, now: number): void {
    switch (event.type) {
      case 'run:phase':
        this.phase = event.data.phase;
        break;
      case 'fault:effective':
        this.#added(event.data.fault, now);
        break;
      case 'fault:reverted':
      case 'fault:gone':
      case 'fault:spent':
        this.faults.delete(event.data.fault.id);
        break;
      case 'probe:second':
        this.#second(event.data);
        break;
      case 'host:signal':
        this.news = `${event.data.kind} ${event.data.name}`;
        break;
    }
  }

  #added({ id, type, target }: { id: string; type: string; target: { name: string } }, now: number): void {
    const hold = this.chapter?.holds[type];
    this.faults.set(id, { type, target: target.name, until: hold === undefined ? null : now + hold });
  }

  #second({ probe, sent, ok, p95 }: { probe: string; sent: number; ok: number; p95: number | null }): void {
    this.probe = probe;
    this.seconds.push({ p95, failed: 1 - ok / sent });
    if (this.seconds.length > LONGEST) this.seconds.shift();
  }
}
