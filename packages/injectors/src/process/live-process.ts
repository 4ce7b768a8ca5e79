import { ChaosError, type Target } from '@bridge/chaos-core';
import { ownWorld, type ProcessRecord, requireLinux, startMark, whereabouts } from './process-identity.ts';
import { type ProcessStat, readStat } from './process-stat.ts';

/** The record's process as it is now; undefined when it has ended, also when its pid has a new owner. */
export async function recordedProcess(record: ProcessRecord): Promise<ProcessStat | undefined> {
  requireLinux();
  if ((await whereabouts(record)) === 'ended') return undefined;
  const stat = await readStat(record.pid);
  return stat?.ticks === record.ticks ? stat : undefined;
}

/** The target's process as it is now, with the record that names it. Refuses when the pid has a new owner. */
export async function selectedProcess(target: Target): Promise<{ stat: ProcessStat; record: ProcessRecord }> {
  requireLinux();
  const pid = Number(target.id);
  const [stat, world] = await Promise.all([readStat(pid), ownWorld()]);
  if (stat === undefined || startMark(stat.ticks, world.boot) !== target.startedAt) throw changed(target.name, pid);
  return { stat, record: { pid, name: stat.name, ticks: stat.ticks, ...world } };
}

/**
 * Sends a signal to exactly the recorded process: it is read again right before, so that a recycled pid is not hit.
 *
 * @throws ChaosError `CHAOS_TARGET_CHANGED` when it has ended, `CHAOS_FAULT_IMPOSSIBLE` without permission.
 */
export async function signalProcess(record: ProcessRecord, signal: NodeJS.Signals): Promise<void> {
  if ((await recordedProcess(record)) === undefined) throw changed(record.name, record.pid);
  try {
    process.kill(record.pid, signal);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ESRCH') throw changed(record.name, record.pid);
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      `expected to be allowed to send ${signal} to process ${record.pid} (${record.name}), got ${String(error)}; run as the same user or as root`,
      { cause: error },
    );
  }
}

/** Whether this process may signal that one; signal 0 only asks. */
export function maySignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // EPERM or ESRCH: either way no signal would arrive.
    return false;
  }
}

function changed(name: string, pid: number): ChaosError {
  return new ChaosError(
    'CHAOS_TARGET_CHANGED',
    `expected process ${pid} (${name}) as it was selected, but it has ended and the pid may belong to another; select it again`,
  );
}
