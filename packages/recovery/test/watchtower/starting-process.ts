/** Starts a watched process, and is killed in the moment in which that runs. */
import { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { systemClock } from '@bridge/chaos-core';
import { processServices } from '../../src/action/service/process-services.ts';

subscribe('child_process', (message) => {
  if (typeof message !== 'object' || message === null || !('process' in message)) return;
  if (message.process instanceof ChildProcess)
    message.process.once('spawn', () => process.kill(process.pid, 'SIGKILL'));
});
const context = { signal: new AbortController().signal, clock: systemClock, log: console, idempotencyKey: 'key' };
await processServices([JSON.parse(process.argv[2] ?? '')]).restart('worker', context);
