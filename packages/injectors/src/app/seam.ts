/** The entries of a seam right now; another array after every change, so that a loop over one is never disturbed. */
export interface Entries<Entry> {
  readonly list: readonly Entry[];
}

/**
 * A place where the host can be intercepted. It is taken when the first entry joins and given back when the last one
 * leaves, in whatever order they leave.
 */
export class Seam<Entry> {
  readonly #take: (entries: Entries<Entry>) => Disposable;
  readonly #entries: { list: readonly Entry[] } = { list: [] };
  #taken: Disposable | undefined;

  constructor(take: (entries: Entries<Entry>) => Disposable) {
    this.#take = take;
  }

  /** Dispose what is returned to leave. */
  join(entry: Entry): Disposable {
    this.#entries.list = [...this.#entries.list, entry];
    try {
      this.#taken ??= this.#take(this.#entries);
    } catch (error) {
      this.#leave(entry);
      throw error;
    }
    return { [Symbol.dispose]: () => this.#leave(entry) };
  }

  #leave(entry: Entry): void {
    this.#entries.list = this.#entries.list.filter((other) => other !== entry);
    if (this.#entries.list.length > 0) return;
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.[Symbol.dispose]();
  }
}
