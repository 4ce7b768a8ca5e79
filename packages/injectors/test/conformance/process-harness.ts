import { once } from 'node:events';
import type { JsonObject } from '@bridge/chaos-core';
import type { FaultHarness, HarnessTarget } from '@bridge/chaos-core/testkit';
import { processes } from '@bridge/chaos-injectors';
import { kernelState, startProgram, type TestProcess, targetOf } from '../process/child.ts';

/** `runs`, `stopped` or `ended`, as the kernel's process table has it. */
export function processState(pid: number): string {
  try {
    const letter = kernelState(pid);
    if (letter === 'Z' || letter === 'X') return 'ended';
    return letter === 'T' ? 'stopped' : 'runs';
  } catch {
    // No such entry: it has ended and was reaped.
    return 'ended';
  }
}

async function stopSignalArrived({ pid }: TestProcess): Promise<void> {
  while (processState(pid) !== 'stopped') await new Promise(setImmediate);
}

async function sleeper(params: JsonObject, stopped: boolean): Promise<HarnessTarget> {
  const sleep = await startProgram('sleep', ['infinity']);
  if (stopped) {
    sleep.child.kill('SIGSTOP');
    await stopSignalArrived(sleep);
  }
  return {
    target: await targetOf(sleep.pid),
    params,
    witness: async () => processState(sleep.pid),
    async [Symbol.asyncDispose]() {
      if (processState(sleep.pid) === 'ended') return;
      const ended = once(sleep.child, 'exit');
      sleep[Symbol.dispose]();
      await ended;
    },
  };
}

/** A real process to break; `/proc/PID/stat` as witness. */
export function processHarness(type: 'process.pause' | 'process.kill' | 'process.signal'): FaultHarness {
  const params = type === 'process.signal' ? { signal: 'SIGTERM' } : {};
  return {
    plugin: processes(),
    make: () => sleeper(params, false),
    ...(type === 'process.pause' ? { makeTouched: () => sleeper(params, true) } : {}),
  };
}
