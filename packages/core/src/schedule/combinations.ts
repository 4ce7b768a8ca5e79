/**
 * What may be done at once: a combination is open when every one that leaves a single deed out has passed last time.
 * So pairs wait for their singles, and threes for their pairs.
 */
export class Combinations {
  readonly #passed = new Set<string>();

  /** How a combination ended. Only a pass opens those above it; anything else closes them again. */
  note(deeds: readonly string[], passed: boolean): void {
    if (passed) this.#passed.add(keyOf(deeds));
    else this.#passed.delete(keyOf(deeds));
  }

  isOpen(deeds: readonly string[]): boolean {
    if (deeds.length < 2) return true;
    return deeds.every((without) => this.#hasPassed(deeds.filter((deed) => deed !== without)));
  }

  /** With everything it is made of: a pair whose single failed since then does not count. */
  #hasPassed(deeds: readonly string[]): boolean {
    return this.#passed.has(keyOf(deeds)) && this.isOpen(deeds);
  }
}

function keyOf(deeds: readonly string[]): string {
  return JSON.stringify([...deeds].sort());
}
