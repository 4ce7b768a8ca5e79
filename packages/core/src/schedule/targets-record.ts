import { createHash } from 'node:crypto';
import type { Target } from '../target/target.ts';

/** What is recorded of the targets of a deed: enough to show, and to tell whether others are the same. */
export interface TargetsRecord {
  /** The first hundred, by name. */
  readonly targets: readonly { readonly kind: string; readonly id: string; readonly name: string }[];
  readonly targetCount: number;
  /**
   * SHA-256 over kind and name of all, in order of name. Without ids: a container that was made anew is the same to
   * people.
   */
  readonly targetDigest: string;
}

/** An entry of a ledger holds 64 KiB. */
const SHOWN = 100;

export function targetsRecord(targets: readonly Target[]): TargetsRecord {
  const labels = new Map(targets.map((target) => [JSON.stringify([target.kind, target.name, target.id]), target]));
  const ordered = [...labels.keys()].sort().flatMap((label) => labels.get(label) ?? []);
  const hash = createHash('sha256');
  for (const { kind, name } of ordered) hash.update(JSON.stringify([kind, name]));
  return {
    targets: ordered.slice(0, SHOWN).map(({ kind, id, name }) => ({ kind, id, name })),
    targetCount: ordered.length,
    targetDigest: hash.digest('hex'),
  };
}

/** `container web-1, container web-2 and 3 more` */
export function targetsText({ targets, targetCount }: RecordedTargets): string {
  if (targetCount === 0) return 'nothing';
  const names = targets.slice(0, 5).map(({ kind, name }) => `${kind} ${name}`);
  const others = targetCount - names.length;
  return `${names.join(', ')}${others === 0 ? '' : ` and ${others} more`}`;
}

interface RecordedTargets {
  readonly targets: readonly { readonly kind: string; readonly name: string }[];
  readonly targetCount: number;
}
