/** Labels of everything that is made for a while on somebody's behalf. */
export const OWNER_LABEL = 'bridge.chaos.owner';
const SESSION_LABEL = 'bridge.chaos.session';
const TERM_LABEL = 'bridge.chaos.term';

export interface Ownership {
  /** Whose it is: the name of the federation or service. Strays of others are never touched. */
  readonly owner: string;
  /** The process or lease it was made under. */
  readonly session: string;
  readonly term: bigint;
}

/** The labels of a container that is made under a term, so that a witness can release it when nobody else does. */
export function ownershipLabels({ owner, session, term }: Ownership): Readonly<Record<string, string>> {
  return { [OWNER_LABEL]: owner, [SESSION_LABEL]: session, [TERM_LABEL]: String(term) };
}

/** What the labels say; undefined for what carries no complete set. */
export function ownershipOf(labels: Readonly<Record<string, string>>): Ownership | undefined {
  const { [OWNER_LABEL]: owner, [SESSION_LABEL]: session, [TERM_LABEL]: term } = labels;
  if (owner === undefined || session === undefined || term === undefined || !/^[0-9]+$/.test(term)) return undefined;
  return { owner, session, term: BigInt(term) };
}
