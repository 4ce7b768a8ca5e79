import { join } from 'node:path';

/** Where everything of a storefront lies, below its folder. */
export interface StorefrontPaths {
  /** Configuration that the front reads again when it changes. */
  readonly config: string;
  /** Weights by which products are ranked. */
  readonly model: string;
  /** Folder of the workers' own code. */
  readonly app: string;
  /** Modules that workers load, again when they change. */
  readonly pricing: string;
  readonly packing: string;
  /** A module that `pricing` imports. */
  readonly discount: string;
  /** A program that ends with 0 when the code works. */
  readonly test: string;
  /** Folder that is the PATH of the workers. */
  readonly bin: string;
  /** The program that workers run for each order. */
  readonly label: string;
  /** What all of them write to. */
  readonly log: string;
  /** Touched by the kernel at each beat. */
  readonly heartbeat: string;
  /** What can be fetched again. */
  readonly cache: string;
  /** Intact copies of all files above that can be broken. */
  readonly snapshots: string;
}

/** @param folder absolute */
export function pathsIn(folder: string): StorefrontPaths {
  return {
    config: join(folder, 'config', 'shop.json'),
    model: join(folder, 'models', 'ranking.json'),
    app: join(folder, 'app'),
    pricing: join(folder, 'app', 'pricing.mjs'),
    packing: join(folder, 'app', 'packing.mjs'),
    test: join(folder, 'app', 'test.mjs'),
    discount: join(folder, 'app', 'discount.mjs'),
    bin: join(folder, 'bin'),
    label: join(folder, 'bin', 'label'),
    log: join(folder, 'log', 'shop.log'),
    heartbeat: join(folder, 'run', 'kernel.beat'),
    cache: join(folder, 'cache'),
    snapshots: join(folder, 'snapshots'),
  };
}
