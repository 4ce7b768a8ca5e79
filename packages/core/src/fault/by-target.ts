/** What tells one target from another, as a live fault or as a journal record has it. */
export interface TargetKey {
  readonly kind: string;
  readonly id: string;
  readonly connection?: string | undefined;
}

/**
 * Works on items newest first, one after the other where they share a target and at the same time where they do not:
 * overlapping faults are never undone in the wrong order, and one slow target does not delay the others.
 */
export async function eachNewestFirst<Item extends { readonly target: TargetKey }>(
  newestFirst: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const lanes = Map.groupBy(newestFirst, ({ target }) => `${target.kind}\n${target.connection ?? ''}\n${target.id}`);
  const lane = async (items: readonly Item[]): Promise<void> => {
    for (const item of items) await work(item);
  };
  await Promise.all([...lanes.values()].map(lane));
}
