interface Connection {
  readonly alive: boolean;
  close(): void;
}

/** A connection that is opened when first used, and again when it was lost. */
export class KeptConnection<Kept extends Connection> {
  readonly #open: () => Promise<Kept>;
  #kept: Promise<Kept> | undefined;
  #standing: Kept | undefined;

  constructor(open: () => Promise<Kept>) {
    this.#open = open;
  }

  /** Callers that come at the same time get the same one. */
  get(): Promise<Kept> {
    if (this.#standing?.alive === false) this.#forget();
    this.#kept ??= this.#opened();
    return this.#kept;
  }

  async close(): Promise<void> {
    const kept = this.#kept;
    this.#forget();
    // One that could not be opened needs no closing.
    (await kept?.catch(() => undefined))?.close();
  }

  async #opened(): Promise<Kept> {
    try {
      this.#standing = await this.#open();
      return this.#standing;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#kept = undefined;
    this.#standing = undefined;
  }
}
