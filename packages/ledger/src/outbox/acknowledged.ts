import type { LogStore } from '../store/log-store.ts';

/** State texts of forwarding: how far a destination is, and the last checkpoint it cosigned. */
export const cursorName = (destination: string): string => `cursor.${destination}`;
export const anchorName = (destination: string): string => `anchor.${destination}`;

/** Up to where every destination has acknowledged the log; undefined when there is none. */
export async function acknowledgedSize(store: LogStore): Promise<number | undefined> {
  const sizes: number[] = [];
  for (const name of await store.state.names()) {
    if (name.startsWith('cursor.')) sizes.push(Number(await store.state.get(name)));
  }
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}
