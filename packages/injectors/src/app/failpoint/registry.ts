import { processWide } from '../process-wide.ts';
import { matchesWildcard } from '../wildcard.ts';
import type { Failpoint } from './failpoint.ts';

/** A failpoint as every declared one can be treated, whatever it returns. */
export type DeclaredFailpoint = Pick<Failpoint, 'name' | 'description' | 'armed' | 'hitSync' | 'objection' | 'arm'>;

const declared = processWide('failpoints', () => new Map<string, readonly DeclaredFailpoint[]>());

export function declareFailpoint(point: DeclaredFailpoint): void {
  declared.set(point.name, [...(declared.get(point.name) ?? []), point]);
}

/** Every declaration of this name. Empty when there is none. */
export function failpointsNamed(name: string): readonly DeclaredFailpoint[] {
  return declared.get(name) ?? [];
}

/** Every declaration whose name fits the wildcard pattern, by name. */
export function failpointsLike(pattern: string): readonly DeclaredFailpoint[] {
  const names = [...declared.keys()].filter((name) => matchesWildcard(pattern, name)).sort();
  return names.flatMap((name) => failpointsNamed(name));
}

/** The failpoints that the loaded modules of this process declare, by name. */
export function failpoints(): readonly {
  readonly name: string;
  readonly description: string;
  readonly armed: boolean;
}[] {
  return [...declared.keys()].sort().map((name) => {
    const points = failpointsNamed(name);
    const description = points.find((point) => point.description !== '')?.description ?? '';
    return { name, description, armed: points.some(({ armed }) => armed) };
  });
}
