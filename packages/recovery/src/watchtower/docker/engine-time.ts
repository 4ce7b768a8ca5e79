import { type Clock, deadline, systemClock } from '@bridge/chaos-core';
import type Docker from 'dockerode';

const ANSWER = 10_000;

/** The engine's wall clock: another machine's may be off. Until it was read, this machine's. */
export class EngineTime {
  #clock: Clock = systemClock;
  #ahead = 0;

  get now(): number {
    return this.#clock.wall() + this.#ahead;
  }

  async read(docker: Docker, clock: Clock, signal: AbortSignal): Promise<void> {
    using limit = deadline(clock, ANSWER, signal);
    const asked = clock.wall();
    const tooLate = Promise.withResolvers<never>();
    limit.signal.addEventListener('abort', () => tooLate.reject(limit.signal.reason), { once: true });
    const info: unknown = await Promise.race([docker.info(), tooLate.promise]);
    const answered = clock.wall();
    const time = typeof info === 'object' && info !== null ? Reflect.get(info, 'SystemTime') : undefined;
    const read = typeof time === 'string' ? Date.parse(time) : Number.NaN;
    this.#clock = clock;
    // Within the length of the call nobody can tell: only a clock that is clearly off counts.
    this.#ahead = read < asked ? read - asked : read > answered ? read - answered : 0;
  }
}
