import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Json, Random } from '@bridge/chaos-core';
import * as z from 'zod';
import { delayParams, delayText, drawn } from '../delay.ts';
import type { Delays } from '../delays.ts';
import { changeBody } from './changed-body.ts';
import { insteadOfHandler } from './handler.ts';
import { changeJson, type JsonChange, jsonChange } from './json-change.ts';

/** What happens to a request that this process serves and that is hit. */
export const httpServerEffect = z.discriminatedUnion('kind', [
  /** The handler is called later. */
  z.strictObject({ kind: z.literal('delay'), ...delayParams }),
  /** Is answered in place of the handler, which never sees it. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.string().default(''),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** The connection ends in place of an answer: by RST, under TLS and on unix sockets by FIN. */
  z.strictObject({ kind: z.literal('reset') }),
  /** The handler answers, and fields of its JSON answer are changed on the way: schema drift. Other answers pass. */
  z.strictObject({ kind: z.literal('response-patch'), changes: z.array(jsonChange).min(1) }),
]);
export type HttpServerEffect = z.output<typeof httpServerEffect>;

/** One request at the moment of its arrival. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: EventEmitter;
}

export interface ServeOptions {
  readonly delays: Delays;
  readonly random: Random;
}

export function hitArrival(
  { request, response, server }: Arrival,
  effect: HttpServerEffect,
  { delays, random }: ServeOptions,
): void {
  switch (effect.kind) {
    case 'delay':
      insteadOfHandler(server, request, (proceed) => {
        delays.after(drawn(effect, random), proceed);
      });
      return;
    case 'status':
      insteadOfHandler(server, request, (proceed) => {
        if (delays.isOver) return proceed();
        response.writeHead(effect.status, effect.headers);
        response.end(effect.body);
      });
      return;
    case 'reset':
      insteadOfHandler(server, request, (proceed) => (delays.isOver ? proceed() : reset(request.socket)));
      return;
    case 'response-patch':
      changeBody(response, delays, (body) => patched(body, effect.changes));
      return;
    default:
      effect satisfies never;
  }
}

// Node resets plain TCP sockets only, and throws for others.
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket || socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

function patched(body: string, changes: readonly JsonChange[]): string {
  let value: Json;
  try {
    value = JSON.parse(body);
  } catch {
    // What only calls itself JSON has no fields.
    return body;
  }
  changeJson(value, changes);
  return JSON.stringify(value);
}

export function httpServerEffectText(effect: HttpServerEffect): string {
  switch (effect.kind) {
    case 'delay':
      return `serve ${delayText(effect)} later`;
    case 'status':
      return `answer ${effect.status} in place of the handler`;
    case 'reset':
      return 'reset the connection in place of an answer';
    case 'response-patch':
      return `change ${effect.changes.length} field(s) of JSON answers`;
    default:
      return effect satisfies never;
  }
}
