import { readlink } from 'node:fs/promises';
import type { Target } from '@bridge/chaos-core';
import { impossibleFor } from './impossible-for.ts';

const WHAT = { net: 'network', mnt: 'file system' } as const;

/** Refuses a process that does not see the same network or files as this one: it is in a container, mostly. */
export async function requireSameNamespace(target: Target, kind: keyof typeof WHAT): Promise<void> {
  const [own, its] = await Promise.all(
    ['self', target.id].map((pid) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => undefined)),
  );
  if (its === undefined) throw impossibleFor(target, 'may not be looked into by this user', 'run as root');
  if (own === its) return;
  throw impossibleFor(target, `has a ${WHAT[kind]} of its own`, 'select its container instead');
}
