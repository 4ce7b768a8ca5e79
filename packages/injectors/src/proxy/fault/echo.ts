import { connect } from 'node:net';
import { systemClock } from '@bridge/chaos-core';
import type { Address } from '../address.ts';
import type { Sample } from './canary-sample.ts';

/** `clean`: all came back sooner than the fault allows. `disturbed`: late, never, or the connection was cut. */
export type Look = 'clean' | 'disturbed';

/** Sends the sample to an echo and waits for it to come back, never longer than its floor. In real time. */
export function lookAtEcho(address: Address, { bytes, rounds, floor }: Sample, signal: AbortSignal): Promise<Look> {
  return new Promise((resolve, reject) => {
    const payload = Buffer.alloc(bytes);
    const socket = connect({ ...address, noDelay: true });
    let left = rounds;
    let missing = bytes;
    let begun = Number.POSITIVE_INFINITY;
    let timer: Disposable | undefined;
    const settle = (conclude: () => void): void => {
      timer?.[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
      // A plain close would wait behind what the fault holds.
      socket.resetAndDestroy();
      conclude();
    };
    const onAbort = (): void => settle(() => reject(signal.reason));
    const conclude = (look: Look): void => settle(() => resolve(look));
    const onBytes = (count: number): void => {
      missing -= count;
      if (missing > 0) return;
      left -= 1;
      missing = bytes;
      if (left > 0) socket.write(payload);
      else conclude(systemClock.now() - begun < floor ? 'clean' : 'disturbed');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', () => {
      begun = systemClock.now();
      timer = systemClock.timer(floor, () => conclude('disturbed'));
      socket.write(payload);
    });
    socket.on('data', (chunk: Buffer) => onBytes(chunk.length));
    socket.on('end', () => conclude('disturbed'));
    socket.on('error', () => conclude('disturbed'));
  });
}
