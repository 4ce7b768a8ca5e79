import type { Feasibility, Json, Observation, Target } from '@bridge/chaos-core';
import { maySignal, recordedProcess } from './live-process.ts';
import type { ProcessRecord } from './process-identity.ts';
import { isStopped } from './stopped.ts';

/** Faults on one process's running exclude each other. */
export function runState(target: Target): readonly string[] {
  return [`process:${target.id}:run-state`];
}

export async function feasibleSignal(target: Target): Promise<Feasibility> {
  if (process.platform !== 'linux') {
    return {
      possible: false,
      reason: `process faults need Linux, this is ${process.platform}`,
      remedy: 'run on Linux',
    };
  }
  if (maySignal(Number(target.id))) return { possible: true };
  return {
    possible: false,
    reason: `this user may not signal process ${target.id} (${target.name})`,
    remedy: 'run as the same user or as root',
  };
}

/** A killed process cannot be put back by us: nothing is left to do once it has ended. */
export async function observeEnded(record: ProcessRecord): Promise<Observation> {
  return (await recordedProcess(record)) === undefined ? 'gone' : 'absent';
}

/** Whether it stands still; the rest of a process changes all the time. */
export async function stoppedFingerprint(record: ProcessRecord): Promise<Json> {
  if ((await recordedProcess(record)) === undefined) return { ended: true };
  return { stopped: await isStopped(record.pid) };
}
