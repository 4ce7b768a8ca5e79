import { Victim, type VictimOptions } from './victim.ts';

/** Keeps some victims ready, since starting one takes longer than killing it. */
export class VictimPool implements AsyncDisposable {
  readonly #options: VictimOptions;
  readonly #ready: Promise<Victim>[];

  constructor(size: number, options: VictimOptions) {
    this.#options = options;
    this.#ready = Array.from({ length: size }, () => this.#start());
  }

  async take(): Promise<Victim> {
    const victim = await (this.#ready.shift() ?? this.#start());
    this.#ready.push(this.#start());
    return victim;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const started of await Promise.allSettled(this.#ready))
      if (started.status === 'fulfilled') await started.value[Symbol.asyncDispose]();
  }

  #start(): Promise<Victim> {
    const victim = Victim.start(this.#options);
    // Whoever takes it hears of it; one that nobody takes fails for nobody.
    victim.catch(() => undefined);
    return victim;
  }
}
