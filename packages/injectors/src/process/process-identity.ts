import { readFile, readlink } from 'node:fs/promises';
import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { ownContainerIds } from '../container/own-container.ts';

/** Where and when a pid means something: one boot of one machine, one pid namespace. */
export interface ProcessWorld {
  /** `/proc/sys/kernel/random/boot_id`. */
  readonly boot: string;
  /** `/proc/self/ns/pid`. */
  readonly namespace: string;
  /** The container this process lives in, or empty. A container has one pid namespace at a time. */
  readonly container: string;
}

/** What every undo record of a process fault names: this process, not whoever has its pid later. */
export const processRecord = z.object({
  pid: z.int().positive(),
  name: z.string(),
  /** Clock ticks after boot at which it started: field 22 of `/proc/PID/stat`. */
  ticks: z.string(),
  boot: z.string(),
  namespace: z.string(),
  container: z.string(),
});

export type ProcessRecord = z.output<typeof processRecord>;

export async function ownWorld(): Promise<ProcessWorld> {
  const [boot, namespace, containers] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readlink('/proc/self/ns/pid'),
    ownContainerIds(),
  ]);
  return { boot: boot.trim(), namespace, container: containers[0] ?? '' };
}

/** Target mark of a process: start ticks and boot. */
export function startMark(ticks: string, boot: string): string {
  return `${ticks}@${boot}`;
}

/**
 * Whether the record's process can still exist: `ended` after a reboot or a restart of the container it lived in,
 * `here` when this process sees the same pids.
 *
 * @throws ChaosError `CHAOS_TARGET_UNREACHABLE` from another pid namespace, where the pid says nothing.
 */
export async function whereabouts(record: ProcessRecord): Promise<'here' | 'ended'> {
  const world = await ownWorld();
  if (world.boot !== record.boot) return 'ended';
  if (world.namespace === record.namespace) return 'here';
  if (record.container !== '' && world.container === record.container) return 'ended';
  throw new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected to see process ${record.pid} (${record.name}) in ${record.namespace}, but this process lives in ${world.namespace}; revert from a process that shares it, for example with "docker run --pid"`,
  );
}

export function requireLinux(): void {
  if (process.platform === 'linux') return;
  throw new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `process faults read /proc and need Linux, this is ${process.platform}; run the experiment in a Linux container or machine`,
  );
}
