const SLOTS = 2_048;

/**
 * Finds the index of an id: open addressing over 64-bit fingerprints, 16 to 32 bytes per entry instead of a string
 * and a map slot. A fingerprint can collide, so a hit must be checked against the entry itself.
 */
export class IdTable {
  #high = new Uint32Array(SLOTS);
  #low = new Uint32Array(SLOTS);
  /** Index + 1; 0 = free. */
  #index = new Float64Array(SLOTS);
  #count = 0;

  add(id: string, index: number): void {
    if (this.#count * 2 >= this.#index.length) this.#grow();
    const [high, low] = fingerprint(id);
    this.#insert(high, low, index + 1);
    this.#count += 1;
  }

  /** Indexes whose id may be this one. */
  candidates(id: string): number[] {
    const [high, low] = fingerprint(id);
    const mask = this.#index.length - 1;
    const found: number[] = [];
    for (let slot = low & mask; this.#index[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#high[slot] === high && this.#low[slot] === low) found.push((this.#index[slot] ?? 0) - 1);
    }
    return found;
  }

  #insert(high: number, low: number, stored: number): void {
    const mask = this.#index.length - 1;
    let slot = low & mask;
    while (this.#index[slot] !== 0) slot = (slot + 1) & mask;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#index[slot] = stored;
  }

  #grow(): void {
    const [high, low, index] = [this.#high, this.#low, this.#index];
    const slots = index.length * 2;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#index = new Float64Array(slots);
    for (const [slot, stored] of index.entries()) {
      if (stored !== 0) this.#insert(high[slot] ?? 0, low[slot] ?? 0, stored);
    }
  }
}

/** Two multiplicative 32-bit hashes with a final mix (MurmurHash3's finaliser). */
function fingerprint(id: string): readonly [number, number] {
  let a = 0x9747b28c;
  let b = 0x1b873593;
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    a = Math.imul(a ^ code, 0x85ebca6b);
    a ^= a >>> 15;
    b = Math.imul(b ^ code, 0xc2b2ae35);
    b ^= b >>> 13;
  }
  return [mix(a ^ id.length), mix(b + id.length)];
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
