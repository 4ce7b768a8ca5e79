type Numbers = Uint16Array | Uint32Array | Float64Array;

/** A typed array that grows by doubling: millions of numbers without millions of objects. */
export class GrowingColumn<Array extends Numbers> {
  #values: Array;
  #length = 0;
  readonly #make: (capacity: number) => Array;

  constructor(make: (capacity: number) => Array) {
    this.#make = make;
    this.#values = make(1_024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = this.#make(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }
}
