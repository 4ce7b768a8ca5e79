import { defineFault, isChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { recordedProcess, selectedProcess, signalProcess } from './live-process.ts';
import { feasibleSignal, runState, stoppedFingerprint } from './process-fault.ts';
import { type ProcessRecord, processRecord } from './process-identity.ts';
import { isStopped } from './stopped.ts';

/**
 * `process.pause`: SIGSTOP until the fault ends, then SIGCONT. Its sockets stay open and nothing answers. A process
 * that was stopped already stays stopped.
 */
export const processPause = defineFault({
  type: 'process.pause',
  target: 'process',
  params: z.strictObject({}),
  undo: processRecord.extend({ wasStopped: z.boolean() }),
  survives: 'process',
  settle: '500ms',
  risk: 'medium',
  touches: runState,
  describe: (target) => `stop process ${target.id} (${target.name}) with SIGSTOP`,
  async feasible(target) {
    const { record } = await selectedProcess(target);
    if (!(await isStopped(record.pid))) return feasibleSignal(target);
    const reason = `process ${target.id} (${target.name}) is stopped already`;
    return { possible: false, reason, remedy: 'continue it first' };
  },
  async prepare(target) {
    const { record } = await selectedProcess(target);
    return { ...record, wasStopped: await isStopped(record.pid) };
  },
  async inject(_target, _params, undo) {
    if (!undo.wasStopped) await signalProcess(undo, 'SIGSTOP');
  },
  async revert(undo) {
    if (undo.wasStopped || !(await stopped(undo))) return;
    try {
      await signalProcess(undo, 'SIGCONT');
    } catch (error) {
      // It ended just now, and the stop with it.
      if (!isChaosError(error, 'CHAOS_TARGET_CHANGED')) throw error;
    }
  },
  async observe(undo) {
    if ((await recordedProcess(undo)) === undefined) return 'gone';
    return !undo.wasStopped && (await stopped(undo)) ? 'present' : 'absent';
  },
  fingerprint: (undo) => stoppedFingerprint(undo),
});

async function stopped(undo: ProcessRecord): Promise<boolean> {
  return (await recordedProcess(undo)) !== undefined && (await isStopped(undo.pid));
}
