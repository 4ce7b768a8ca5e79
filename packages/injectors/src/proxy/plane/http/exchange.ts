import { type ClientRequest, IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import type { AnswerChange, HttpEffect } from '../../control/http-effect.ts';
import { changedAnswer } from './changed-answer.ts';
import type { HttpRule } from './http-rule.ts';
import type { Leg } from './leg.ts';

interface Hit {
  readonly rule: HttpRule;
  readonly effect: HttpEffect;
}

/** One request through the front: what hits it happens, and else it is passed on as it came. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  leg: Leg,
  rules: readonly HttpRule[],
): Promise<void> {
  const hits = rules.map((rule) => ({ rule, effect: rule.hit(request) })).filter(isHit);
  for (const { rule, effect } of hits) if (effect.kind === 'delay') await rule.delay(effect);
  if (response.destroyed) return;
  const effects = liveEffects(hits);
  if (effects.some((effect) => effect.kind === 'abort' && effect.at === 'before')) return leg.reset();
  const answer = effects.find((effect) => effect.kind === 'status');
  if (answer !== undefined) {
    request.resume();
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
    response.end(answer.body);
    return;
  }
  passOn(request, response, leg, hits);
}

function isHit(candidate: { rule: HttpRule; effect: HttpEffect | undefined }): candidate is Hit {
  return candidate.effect !== undefined;
}

/** What is still to happen now: a fault that has ended spares what it hit before. */
function liveEffects(hits: readonly Hit[]): readonly HttpEffect[] {
  return hits.filter(({ rule }) => !rule.isOver).map(({ effect }) => effect);
}

function passOn(request: IncomingMessage, response: ServerResponse, leg: Leg, hits: readonly Hit[]): void {
  const onward = toUpstream(request, leg);
  onward.on('continue', () => response.writeContinue());
  onward.on('information', ({ statusCode, headers }) => {
    if (statusCode === 103 && headers['link'] !== undefined) response.writeEarlyHints({ link: headers['link'] });
  });
  // Before its answer or within it: the client notices as it would without us.
  onward.on('error', () => leg.reset());
  onward.on('response', (answer: IncomingMessage) => {
    answer.on('error', () => leg.reset());
    respond(answer, response, leg, hits).catch(() => leg.reset());
  });
  response.on('close', () => onward.destroy());
  forward(request, onward);
}

/** The same request on the connection that belongs to the client's. */
export function toUpstream(request: IncomingMessage, leg: Leg): ClientRequest {
  const { method = 'GET', url = '/', rawHeaders } = request;
  const onward = openRequest({
    agent: leg.agent,
    method,
    path: url,
    headers: rawHeaders,
    setHost: false,
    ...leg.destination,
  });
  onward.on('socket', (socket) => leg.follow(socket));
  return onward;
}

function forward(from: IncomingMessage, to: ClientRequest | ServerResponse): void {
  from.pipe(to, { end: false });
  from.on('end', () => finish(from, to));
}

function finish(from: IncomingMessage, to: ClientRequest | ServerResponse): void {
  if (from.rawTrailers.length > 0) to.addTrailers(pairs(from.rawTrailers));
  to.end();
}

async function respond(
  upstream: IncomingMessage,
  response: ServerResponse,
  leg: Leg,
  hits: readonly Hit[],
): Promise<void> {
  const effects = liveEffects(hits);
  if (effects.find((effect) => effect.kind === 'abort')?.at === 'after') return leg.reset();
  const answer = await changedAnswer(upstream, effects.filter(isChange));
  // What Node would add of its own is not what the upstream said.
  for (const name of ['connection', 'date', 'transfer-encoding']) response.removeHeader(name);
  response.writeHead(answer.status, answer.reason, [...answer.headers]);
  const midway = hits.find(({ rule, effect }) => effect.kind === 'abort' && effect.at === 'midway' && !rule.isOver);
  if (midway !== undefined) return cutMidway(answer.body ?? upstream, response, leg, midway.rule);
  if (answer.body === undefined) forward(upstream, response);
  else response.end(answer.body);
}

function isChange(effect: HttpEffect): effect is AnswerChange {
  return effect.kind === 'change';
}

/** Half of the first piece of the body arrives; all of it when the fault has ended before that piece is there. */
function cutMidway(body: Buffer | IncomingMessage, response: ServerResponse, leg: Leg, fault: HttpRule): void {
  const cut = (chunk: Buffer): void => {
    response.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => leg.end());
  };
  if (!(body instanceof IncomingMessage)) {
    cut(body);
    return;
  }
  const endEmpty = (): void => (fault.isOver ? finish(body, response) : leg.end());
  const first = (chunk: Buffer): void => {
    body.off('end', endEmpty);
    if (fault.isOver) {
      response.write(chunk);
      forward(body, response);
    } else cut(chunk);
  };
  body.once('data', first).once('end', endEmpty);
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}
