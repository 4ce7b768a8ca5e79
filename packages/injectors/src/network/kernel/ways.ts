import type { Abilities } from './abilities.ts';

/** Ways to treat packets and connections; `netem`, `htb` and `ifb` are the kernel's, `queue` and `proxy` programs of ours. */
export const PATHS = ['netem', 'htb', 'queue', 'ifb', 'proxy'] as const;
export type Path = (typeof PATHS)[number];

/** Which ways may be gone on one engine. */
export interface Ways {
  readonly open: ReadonlySet<Path>;
  /** Those that the kernel has, but the option `paths` does not allow. */
  readonly barred: readonly Path[];
}

export function waysOf(kernel: Abilities, allowed: readonly Path[]): Ways {
  const offered: Readonly<Record<Path, boolean>> = {
    netem: kernel.netem && kernel.shape,
    htb: kernel.shape,
    queue: kernel.queue,
    ifb: kernel.ifb,
    proxy: kernel.redirect,
  };
  const there = PATHS.filter((path) => offered[path]);
  return {
    open: new Set(there.filter((path) => allowed.includes(path))),
    barred: there.filter((path) => !allowed.includes(path)),
  };
}
