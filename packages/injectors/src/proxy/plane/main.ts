import { text } from 'node:stream/consumers';
import { messageOf, systemClock } from '@bridge/chaos-core';
import { standingOptions, startStanding } from './standing-proxy.ts';

/** Entry of the data plane process: options as JSON on stdin, one line of JSON as the answer. */
export type Started =
  | { readonly started: true; readonly control: string }
  | { readonly started: false; readonly reason: string };

// The starter closes these pipes once it has its answer; a warning written later must not end the process.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const say = (started: Started): unknown => process.stdout.write(`${JSON.stringify(started)}\n`);

try {
  const proxy = await startStanding(standingOptions.parse(JSON.parse(await text(process.stdin))), systemClock);
  process.once('SIGTERM', () => void proxy.close());
  // Left to end by itself, Node 24 now and then spins for ever while it cleans up its handles.
  void proxy.closed.then(() => process.exit());
  say({ started: true, control: proxy.identity.control });
} catch (thrown) {
  say({ started: false, reason: messageOf(thrown) });
  process.exitCode = 1;
}
