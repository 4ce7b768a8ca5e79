import { text } from 'node:stream/consumers';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { messageOf, systemClock } from '@bridge/chaos-core';
import type { Started } from '../../proxy/plane/main.ts';
import { hostOptions, startHost } from './host.ts';

// Entry of the process or thread that serves the API: its options come on stdin, or as the worker's data.

// The starter closes these pipes once it has its answer; a warning written later must not end the process.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

function say(started: Started): void {
  if (isMainThread) process.stdout.write(`${JSON.stringify(started)}\n`);
  else parentPort?.postMessage(started);
}

try {
  const given: unknown = isMainThread ? JSON.parse(await text(process.stdin)) : workerData;
  const host = await startHost(hostOptions.parse(given), systemClock);
  // Left to end by itself, Node 24 now and then spins for ever while it cleans up its handles.
  void host.closed.then(() => process.exit());
  say({ started: true, control: host.control });
} catch (thrown) {
  say({ started: false, reason: messageOf(thrown) });
  process.exitCode = 1;
}
