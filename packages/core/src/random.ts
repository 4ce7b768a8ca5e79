import { createHash, randomInt, randomUUID } from 'node:crypto';

/** Seeded randomness: the same seed gives the same sequence on every machine and Node version. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, below). */
  int(below: number): number;
  /** A new array with the same items in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream that depends only on this seed and the label, not on what was drawn before. */
  fork(label: string): Random;
}

/** sfc32 (Chris Doty-Humphrey, PractRand), keyed by SHA-256 of the seed. */
function sfc32(seed: string): () => number {
  const key = createHash('sha256').update(seed).digest();
  let a = key.readInt32LE(0);
  let b = key.readInt32LE(4);
  let c = key.readInt32LE(8);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) next();
  return next;
}

/** A stream of its own for every seed. Keyed at the first draw: most streams are only forked, or never drawn from. */
export function seededRandom(seed: number | string): Random {
  let generator: (() => number) | undefined;
  const next = (): number => {
    generator ??= sfc32(String(seed));
    return generator();
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    shuffle(items) {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = int(last + 1);
        [shuffled[last], shuffled[other]] = [shuffled[other] as never, shuffled[last] as never];
      }
      return shuffled;
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}

/** A seed for a run that was given none. It is recorded, so the run can be repeated. */
export function freshSeed(): number {
  return randomInt(2 ** 32);
}

/** An identifier that cannot be guessed: prefix, dash, 24 hexadecimal digits of which 90 bits are random. */
export function freshId(prefix: string): string {
  // Two of its digits are fixed; Node draws the others from a pool, which makes it ten times cheaper than asking for bytes.
  return `${prefix}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
}
