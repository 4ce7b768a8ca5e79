import { type DockerEvent, eventTime } from './docker-event.ts';

/** Which containers were stopped on purpose: the engine tells of a `stop` after the `die`, and forgets it itself. */
export class PurposeMemory {
  /** How long an engine that shuts down gives its containers, with some room (milliseconds). */
  static readonly SHUTDOWN = 20_000;

  readonly #stoppedAt = new Map<string, number>();

  heard(event: DockerEvent): void {
    if (event.action === 'stop') this.#stoppedAt.set(event.id, eventTime(event));
    if (event.action === 'start' || event.action === 'destroy') this.#stoppedAt.delete(event.id);
  }

  stopped(id: string): boolean {
    return this.#stoppedAt.has(id);
  }

  /** Forgets what was stopped after that wall-clock time. */
  forgetSince(time: number): void {
    for (const [id, at] of this.#stoppedAt) if (at >= time) this.#stoppedAt.delete(id);
  }
}
