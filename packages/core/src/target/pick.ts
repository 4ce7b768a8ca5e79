import type { Pick } from '../experiment/experiment.ts';
import type { Random } from '../random.ts';
import type { Target } from './target.ts';

export interface Picked {
  /** In the order of their names. */
  readonly targets: readonly Target[];
  /** How many of how many and why, rounding included. */
  readonly explanation: string;
}

/**
 * Picks by the seed. The result depends on which targets there are, not on the order the source lists them in. A
 * percentage rounds down, at least one; `'up to'` draws a number between one and that. `only` takes what there is:
 * whether that is exactly one is the caller's question.
 */
export function pickTargets(candidates: readonly Target[], pick: Pick, random: Random): Picked {
  const ordered = [...candidates].sort(byName);
  const total = ordered.length;
  if (pick === 'all' || pick === 'only') return { targets: ordered, explanation: `all ${total} of ${total}` };
  const { count, explanation } = total === 0 ? NONE : howMany(pick, total, random);
  const targets = random.shuffle(ordered).slice(0, count).sort(byName);
  return { targets, explanation };
}

const NONE = { count: 0, explanation: '0 of 0' };

function howMany(pick: Exclude<Pick, 'all' | 'only'>, total: number, random: Random) {
  if (typeof pick === 'number') {
    const count = Math.min(pick, total);
    return { count, explanation: `${count} of ${total}${count < pick ? `, fewer than the ${pick} asked for` : ''}` };
  }
  const exact = (Number.parseFloat(pick.replace('up to ', '')) / 100) * total;
  // The share was multiplied in binary floating point: 29 % of 100 must not round down to 28.
  const most = Math.max(1, Math.floor(exact + 1e-9));
  const count = pick.startsWith('up to') ? 1 + random.int(most) : most;
  return { count, explanation: `${count} of ${total}: ${pick} is ${rounding(exact, most)}${drawn(pick, count)}` };
}

function rounding(exact: number, most: number): string {
  const shown = Number(exact.toFixed(2));
  if (shown === most) return String(most);
  return exact < 1 ? `${shown}, at least one` : `${shown}, rounded down to ${most}`;
}

function drawn(pick: string, count: number): string {
  return pick.startsWith('up to') ? `, drawn ${count}` : '';
}

function byName(a: Target, b: Target): number {
  return (
    compare(a.name, b.name) ||
    compare(a.connection ?? '', b.connection ?? '') ||
    compare(a.id, b.id) ||
    compare(a.startedAt, b.startedAt)
  );
}

// Not localeCompare: the order must be the same on every machine.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
