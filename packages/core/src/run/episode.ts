import type { Incident } from './incident.ts';

/** A span in which users were hit on at least one probe: overlapping incidents of all probes, merged. */
export interface Episode {
  readonly probes: readonly string[];
  readonly onset: number;
  readonly confirmedBad: number;
  /** When the last of its probes recovered; null when one did not. */
  readonly recovered: number | null;
  readonly confirmed: number | null;
  /** Most flaps on one probe. */
  readonly flaps: number;
}

/** Merges what overlaps in time, oldest first. */
export function episodes(byProbe: ReadonlyMap<string, readonly Incident[]>): Episode[] {
  const all = [...byProbe].flatMap(([probe, found]) => found.map((incident) => ({ probes: [probe], ...incident })));
  const merged: Episode[] = [];
  for (const next of all.toSorted((a, b) => a.onset - b.onset)) {
    const open = merged.at(-1);
    if (open && (open.recovered === null || next.onset < open.recovered)) merged[merged.length - 1] = merge(open, next);
    else merged.push(next);
  }
  return merged;
}

function merge(a: Episode, b: Episode): Episode {
  return {
    probes: [...new Set([...a.probes, ...b.probes])],
    onset: Math.min(a.onset, b.onset),
    confirmedBad: Math.min(a.confirmedBad, b.confirmedBad),
    recovered: laterOf(a.recovered, b.recovered),
    confirmed: laterOf(a.confirmed, b.confirmed),
    flaps: Math.max(a.flaps, b.flaps),
  };
}

/** Null is "not yet": later than any time. */
function laterOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}
