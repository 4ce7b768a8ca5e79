import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Random, size } from '@bridge/chaos-core';
import * as z from 'zod';
import { delayParams, delayText, drawn } from '../delay.ts';
import type { Delays } from '../delays.ts';
import { networkError, networkErrorCode, type Peer } from '../real-error.ts';
import { holdSocket } from '../socket/hold.ts';

/** What happens to a request of `node:http` or `node:https` that is hit. */
export const httpClientEffect = z.discriminatedUnion('kind', [
  /** What it sends waits; then it goes on as usual. */
  z.strictObject({ kind: z.literal('delay'), ...delayParams }),
  /** Fails with this error before anything is sent. */
  z.strictObject({ kind: z.literal('error'), code: networkErrorCode }),
  /** The server does the work and answers; the answer is lost, the client sees ECONNRESET. */
  z.strictObject({ kind: z.literal('lost-response') }),
  /** The body breaks off after this many bytes, as when the connection dies. Shorter bodies arrive whole. */
  z.strictObject({ kind: z.literal('truncated-body'), after: size }),
]);
export type HttpClientEffect = z.output<typeof httpClientEffect>;

export interface HitOptions {
  readonly delays: Delays;
  readonly random: Random;
  readonly peer: Peer;
}

/** Carries out an effect on a request that was just made and has not been sent. */
export function hitRequest(
  request: ClientRequest,
  effect: HttpClientEffect,
  { delays, random, peer }: HitOptions,
): void {
  switch (effect.kind) {
    case 'delay':
      delaySending(request, drawn(effect, random), delays);
      return;
    case 'error':
      request.destroy(networkError(effect.code, peer));
      return;
    case 'lost-response':
      insteadOfResponse(request, delays, (response) => {
        process.nextTick(() => {
          // Node 26 leaves a request alone whose response has arrived whole.
          response.complete = false;
          request.destroy(networkError('ECONNRESET', peer));
        });
        return 'swallowed';
      });
      return;
    case 'truncated-body':
      insteadOfResponse(request, delays, (response) => {
        cutBody(response, effect.after, delays);
        return 'passed';
      });
      return;
    default:
      effect satisfies never;
  }
}

// HTTP/1 gives a connection to one request at a time, so nobody else is held.
function delaySending(request: ClientRequest, delay: number, delays: Delays): void {
  request.once('socket', (socket: Socket) => {
    const hold = holdSocket(socket);
    const waiting = delays.after(delay, () => hold[Symbol.dispose]());
    request.once('close', () => {
      waiting[Symbol.dispose]();
      hold[Symbol.dispose]();
    });
  });
}

/** Sees the response before the caller does, unless the fault has ended. The request is as it was afterwards. */
function insteadOfResponse(
  request: ClientRequest,
  fault: Delays,
  see: (response: IncomingMessage) => 'swallowed' | 'passed',
): void {
  const emit = request.emit.bind(request);
  request.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const [response] = args;
    if (event !== 'response' || !isResponse(response)) return emit(event, ...args);
    Reflect.deleteProperty(request, 'emit');
    return (!fault.isOver && see(response) === 'swallowed') || emit(event, ...args);
  };
}

function isResponse(value: unknown): value is IncomingMessage {
  return typeof value === 'object' && value !== null && 'statusCode' in value && 'push' in value;
}

function cutBody(response: IncomingMessage, after: number, fault: Delays): void {
  const push = response.push.bind(response);
  let left = after;
  response.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (fault.isOver || !(chunk instanceof Uint8Array) || chunk.length <= left) {
      left -= chunk instanceof Uint8Array ? chunk.length : 0;
      return push(chunk, encoding);
    }
    response.push = () => false;
    if (left > 0) push(chunk.subarray(0, left));
    // Node itself then says what it says of every connection that dies within a body, if the body was not over.
    setImmediate(() => {
      response.complete = false;
      response.socket.destroy();
    });
    return false;
  };
}

export function httpClientEffectText(effect: HttpClientEffect): string {
  switch (effect.kind) {
    case 'delay':
      return `delay by ${delayText(effect)}`;
    case 'error':
      return `fail with ${effect.code} before anything is sent`;
    case 'lost-response':
      return 'lose the response after the server has answered';
    case 'truncated-body':
      return `break off the body after ${effect.after} bytes`;
    default:
      return effect satisfies never;
  }
}
