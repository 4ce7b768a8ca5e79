interface Connection {
  readonly alive: boolean;
  close(): void;
}

/** A connection that is opened when first used, and again when it was lost. */
export class KeptConnection<Kept extends Connection> {
  readonly #open: () => Promise<Kept>;
  #kept: Promise<Kept> | undefined;

  constructor(open: () => Promise<Kept>) {
    this.#open = open;
  }

  async get(): Promise<Kept> {
    const standing = await this.#kept?.catch(() => undefined);
    if (standing?.alive) return standing;
    // Whoever asked in the meantime has opened another one already.
    const meanwhile = await this.#kept?.catch(() => undefined);
    if (meanwhile?.alive) return meanwhile;
    this.#kept = this.#open();
    return this.#kept;
  }

  async close(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    (await kept?.catch(() => undefined))?.close();
  }
}
