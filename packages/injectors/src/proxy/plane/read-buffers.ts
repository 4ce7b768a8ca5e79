/**
 * What a side sends is read into a buffer of its own, larger than what Node reads at once and not made anew for each
 * read: half the CPU time per byte.
 */
const SIZE = 2 ** 18;
/** Kept for later connections; more would only hold memory. */
const KEPT = 128;

const free: Buffer[] = [];

export function takeReadBuffer(): Buffer {
  // Not from Node's pool: it would pin parts of it.
  return free.pop() ?? Buffer.allocUnsafeSlow(SIZE);
}

/** Gives one back that nobody reads into or writes from any more. */
export function giveBackReadBuffer(buffer: Buffer): void {
  if (free.length < KEPT) free.push(buffer);
}
