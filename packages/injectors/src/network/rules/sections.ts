import { PROGRAMS } from '../kernel/abilities.ts';
import type { Arrangement, Chain } from './arrangement.ts';

/** The rules of one back end for one family of addresses: they are listed and restored together. */
export interface Section {
  readonly program: string;
  readonly family: Chain['family'];
  readonly tables: readonly Chain['table'][];
}

/** Where the chains of a fault are. */
export function sectionsOf({ backend, chains }: Pick<Arrangement, 'backend' | 'chains'>): readonly Section[] {
  const families = Map.groupBy(chains, ({ family }) => family);
  return [...families].map(([family, own]) => {
    return { program: PROGRAMS[backend], family, tables: own.map(({ table }) => table) };
  });
}
