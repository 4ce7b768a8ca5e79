import { STATUS_CODES } from 'node:http';
import { type Random, size } from '@bridge/chaos-core';
import * as z from 'zod';
import { delayParams, delayText, drawn } from '../delay.ts';
import type { Delays } from '../delays.ts';
import { type NetworkErrorCode, networkError, networkErrorCode, type Peer } from '../real-error.ts';
import { cutting } from './cut.ts';
import type { Dispatch } from './dispatch.ts';
import { replyTo } from './reply.ts';

/** What happens to a `fetch` that is hit. */
export const fetchEffect = z.discriminatedUnion('kind', [
  /** Waits, then goes on as usual. An abort ends the wait at once. */
  z.strictObject({ kind: z.literal('delay'), ...delayParams }),
  /** Fails before anything is sent, as a real connection would: `TypeError: fetch failed` with this cause. */
  z.strictObject({ kind: z.literal('error'), code: networkErrorCode }),
  /** Is answered in place of the server, which never sees it. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.string().default(''),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** The server does the work and answers; the answer is lost, the client sees ECONNRESET. */
  z.strictObject({ kind: z.literal('lost-response') }),
  /** The body breaks off after this many bytes, with ECONNRESET. Shorter bodies arrive whole. */
  z.strictObject({ kind: z.literal('truncated-body'), after: size }),
]);
export type FetchEffect = z.output<typeof fetchEffect>;

/** Carries out an effect on one request. */
export type Carry = (dispatch: Dispatch, ...request: Parameters<Dispatch>) => boolean;

export interface CarryOptions {
  readonly delays: Delays;
  readonly random: Random;
  peer(options: Parameters<Dispatch>[0]): Peer;
}

/** A request that is reached only after the end, since another fault has held it, goes on as usual. */
export function carrying(effect: FetchEffect, options: CarryOptions): Carry {
  const carry = carryingLive(effect, options);
  return (dispatch, ...request) => (options.delays.isOver ? dispatch(...request) : carry(dispatch, ...request));
}

function carryingLive(effect: FetchEffect, { delays, random, peer }: CarryOptions): Carry {
  switch (effect.kind) {
    case 'delay':
      return (dispatch, options, handler) => {
        const reply = replyTo(handler);
        const timer = delays.after(drawn(effect, random), () => void dispatch(options, handler));
        reply.begin((reason) => {
          timer[Symbol.dispose]();
          reply.fail(reason);
        });
        return true;
      };
    case 'error':
      return failing((options) => networkError(effect.code, peer(options)));
    case 'status':
      return (_dispatch, _options, handler) => {
        const { status, headers } = effect;
        const body = Buffer.from(effect.body);
        const response = { status, headers, body, statusText: STATUS_CODES[status] ?? '' };
        const reply = replyTo(handler);
        queueMicrotask(() => {
          reply.begin(() => undefined);
          reply.respond(response);
        });
        return true;
      };
    case 'lost-response':
    case 'truncated-body': {
      const after = effect.kind === 'lost-response' ? 'before-head' : effect.after;
      const code: NetworkErrorCode = 'ECONNRESET';
      return (dispatch, options, handler) =>
        dispatch(options, cutting(handler, { after, error: networkError(code, peer(options)), fault: delays }));
    }
    default:
      return effect satisfies never;
  }
}

/** Fails a request a moment later, as nothing fails in the same turn. */
export function failing(error: (options: Parameters<Dispatch>[0]) => Error): Carry {
  return (_dispatch, options, handler) => {
    const thrown = error(options);
    queueMicrotask(() => replyTo(handler).fail(thrown));
    return true;
  };
}

export function effectText(effect: FetchEffect): string {
  switch (effect.kind) {
    case 'delay':
      return `delay by ${delayText(effect)}`;
    case 'error':
      return `fail with ${effect.code} before anything is sent`;
    case 'status':
      return `answer ${effect.status} in place of the server`;
    case 'lost-response':
      return 'lose the response after the server has answered';
    case 'truncated-body':
      return `break off the body after ${effect.after} bytes`;
    default:
      return effect satisfies never;
  }
}
