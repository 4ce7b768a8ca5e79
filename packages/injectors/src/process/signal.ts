import { ChaosError, defineFault } from '@bridge/chaos-core';
import * as z from 'zod';
import { recordedProcess, selectedProcess, signalProcess } from './live-process.ts';
import { feasibleSignal, observeEnded, runState } from './process-fault.ts';
import { processRecord } from './process-identity.ts';
import { readStatus } from './process-status.ts';

/** SIGSTOP and SIGCONT are not among them: `process.pause` holds and undoes those. */
const signals = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGPIPE',
  'SIGWINCH',
] as const;

/**
 * `process.signal`: one signal from the list above. Momentary. Proof of effect: a process without a handler has ended;
 * one with a handler has taken the signal, so that it is no longer pending. A process that ignores it is refused.
 */
export const processSignal = defineFault({
  type: 'process.signal',
  target: 'process',
  params: z.strictObject({ signal: z.enum(signals) }),
  undo: processRecord.extend({ signal: z.enum(signals), handled: z.boolean() }),
  survives: 'process',
  settle: '500ms',
  risk: 'medium',
  momentary: true,
  touches: runState,
  describe: (target, { signal }) => `send ${signal} to process ${target.id} (${target.name})`,
  feasible: (target) => feasibleSignal(target),
  async prepare(target, { signal }) {
    const { record } = await selectedProcess(target);
    const disposition = (await readStatus(record.pid))?.disposition(signal) ?? 'default';
    const harmless = disposition === 'ignored' || (disposition === 'default' && signal === 'SIGWINCH');
    if (!harmless) return { ...record, signal, handled: disposition === 'caught' };
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      `process ${record.pid} (${record.name}) ignores ${signal}: nothing would happen; choose a signal it handles or SIGTERM`,
    );
  },
  inject: (_target, { signal }, undo) => signalProcess(undo, signal),
  async ended(undo) {
    if ((await recordedProcess(undo)) === undefined) return true;
    return undo.handled && (await readStatus(undo.pid))?.pending(undo.signal) === false;
  },
  async revert() {
    // Nothing can be put back: what the process did on the signal is its own doing.
  },
  observe: (undo) => observeEnded(undo),
});
