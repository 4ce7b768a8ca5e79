import { type Arrangement, type Chain, chainName, isArriving } from './arrangement.ts';

/** Lines for one run of `iptables-restore --noflush`. */
export interface Batch {
  readonly family: Chain['family'];
  readonly lines: readonly string[];
}

/** Everything is hung in at the end of one transaction per family: a packet meets all of it or nothing. */
export function applying({ chains, lapses }: Arrangement, fault: string, end: Date): readonly Batch[] {
  return batches(
    chains,
    (chain) => {
      const name = chainName(fault, chain);
      const guard = lapses ? [`-A ${name} ${lapsing(end)}`] : [];
      return [...guard, ...chain.rules.map((rule) => `-A ${name} ${rule.join(' ')}`), `-I ${place(chain, fault)}`];
    },
    (chain) => [`:${chainName(fault, chain)} - [0:0]`],
  );
}

/** Moves the end time; the guard is the first rule of each chain of ours. */
export function renewing({ chains, lapses }: Arrangement, fault: string, end: Date): readonly Batch[] {
  if (!lapses) return [];
  return batches(
    chains,
    (chain) => [`-R ${chainName(fault, chain)} 1 ${lapsing(end)}`],
    () => [],
  );
}

/** Takes everything out again in one transaction per family, which fails as a whole when any of it is missing. */
export function removing({ chains }: Arrangement, fault: string): readonly Batch[] {
  return batches(
    chains,
    (chain) => [`-F ${chainName(fault, chain)}`, `-X ${chainName(fault, chain)}`],
    (chain) => [`-D ${place(chain, fault)}`],
  );
}

type Lines = (chain: Chain) => readonly string[];

function batches(chains: readonly Chain[], body: Lines, declarations: Lines): readonly Batch[] {
  const families = Map.groupBy(chains, ({ family }) => family);
  return [...families].map(([family, own]) => {
    const tables = Map.groupBy(own, ({ table }) => table);
    const lines = [...tables].flatMap(([table, members]) => [
      `*${table}`,
      ...members.flatMap(declarations),
      ...members.flatMap(body),
      'COMMIT',
    ]);
    return { family, lines };
  });
}

function lapsing(end: Date): string {
  return `-m time --datestart ${end.toISOString().slice(0, 19)} -j RETURN`;
}

/** Where a chain hangs: the rule that leads into it. */
function place(chain: Chain, fault: string): string {
  const device = isArriving(chain.hook) ? '! -i lo' : '! -o lo';
  const through = chain.loopback ? '' : `${device} `;
  return `${chain.hook} ${through}-m comment --comment bridge-chaos:${fault} -j ${chainName(fault, chain)}`;
}
