import { defineFault, isChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { recordedProcess, selectedProcess, signalProcess } from './live-process.ts';
import { feasibleSignal, runState, stoppedFingerprint } from './process-fault.ts';
import { type ProcessRecord, processRecord } from './process-identity.ts';
import { readStatus } from './process-status.ts';

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
    const { stat } = await selectedProcess(target);
    if (stat.state !== 'T') return feasibleSignal(target);
    const reason = `process ${target.id} (${target.name}) is stopped already`;
    return { possible: false, reason, remedy: 'continue it first' };
  },
  async prepare(target) {
    const { stat, record } = await selectedProcess(target);
    return { ...record, wasStopped: stat.state === 'T' };
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

// A process in an uninterruptible wait stops only when the wait is over: until then the stop is pending.
async function stopped(undo: ProcessRecord): Promise<boolean> {
  const stat = await recordedProcess(undo);
  if (stat === undefined) return false;
  return stat.state === 'T' || (await readStatus(undo.pid))?.pending('SIGSTOP') === true;
}
