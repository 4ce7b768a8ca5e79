import { defineFault } from '@bridge/chaos-core';
import * as z from 'zod';
import { recordedProcess, selectedProcess, signalProcess } from './live-process.ts';
import { feasibleSignal, observeEnded, runState } from './process-fault.ts';
import { processRecord } from './process-identity.ts';

/**
 * `process.kill`: SIGKILL. Momentary: nothing holds it and nothing puts it back; whoever supervises the process is
 * under test.
 */
export const processKill = defineFault({
  type: 'process.kill',
  target: 'process',
  params: z.strictObject({}),
  undo: processRecord,
  survives: 'process',
  settle: '500ms',
  risk: 'high',
  momentary: true,
  touches: runState,
  describe: (target) => `kill process ${target.id} (${target.name})`,
  feasible: (target) => feasibleSignal(target),
  prepare: async (target) => (await selectedProcess(target)).record,
  inject: (_target, _params, undo) => signalProcess(undo, 'SIGKILL'),
  ended: async (undo) => (await recordedProcess(undo)) === undefined,
  async revert() {
    // Nothing can be put back: a process is started by whoever started it before.
  },
  observe: (undo) => observeEnded(undo),
});
