import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Json } from '@bridge/chaos-core';
import { changeJson, type JsonChange } from '../../../app/http-server/json-change.ts';
import type { AnswerChange } from '../../control/http-effect.ts';

/** Head and body as they go to the client; headers are names and values in turn, as Node's `rawHeaders`. */
export interface ClientAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  /** Undefined: as the upstream sends it. */
  readonly body: Buffer | undefined;
}

/** What a client is to get of the upstream's answer; reads its body only when that must be known. */
export async function changedAnswer(
  upstream: IncomingMessage,
  changes: readonly AnswerChange[],
): Promise<ClientAnswer> {
  let answer: ClientAnswer = {
    status: upstream.statusCode ?? 200,
    reason: upstream.statusMessage ?? '',
    headers: upstream.rawHeaders,
    body: undefined,
  };
  for (const change of changes) answer = await changed(answer, change, upstream);
  return answer;
}

async function changed(answer: ClientAnswer, change: AnswerChange, upstream: IncomingMessage): Promise<ClientAnswer> {
  const { status = answer.status, setHeaders = {}, removeHeaders = [] } = change;
  const body = await changedBody(answer, change, upstream);
  const length = body === answer.body || body === undefined ? {} : { 'content-length': String(body.length) };
  // A validator or length of the body as it was would lie about this one.
  const stale = body === answer.body ? [] : ['content-length', 'transfer-encoding', 'etag', 'content-md5', 'digest'];
  const encoding = typeof change.body === 'string' ? ['content-encoding'] : [];
  const added = { ...setHeaders, ...length };
  const kept = without(answer.headers, [...removeHeaders, ...stale, ...encoding, ...Object.keys(added)]);
  return {
    status,
    reason: status === answer.status ? answer.reason : '',
    headers: [...kept, ...Object.entries(added).flat()],
    body,
  };
}

async function changedBody(
  { body, headers }: ClientAnswer,
  { body: wanted }: AnswerChange,
  upstream: IncomingMessage,
): Promise<Buffer | undefined> {
  if (wanted === undefined) return body;
  if (typeof wanted === 'string') {
    upstream.resume();
    return Buffer.from(wanted);
  }
  if (!isPlainJson(headers)) return body;
  return patched(body ?? (await buffer(upstream)), wanted.json);
}

function patched(body: Buffer, changes: readonly JsonChange[]): Buffer {
  let value: Json;
  try {
    value = JSON.parse(body.toString());
  } catch {
    // What only calls itself JSON has no fields.
    return body;
  }
  changeJson(value, changes);
  return Buffer.from(JSON.stringify(value));
}

function isPlainJson(headers: readonly string[]): boolean {
  return /[/+]json\b/i.test(headerOf(headers, 'content-type')) && headerOf(headers, 'content-encoding') === '';
}

function headerOf(headers: readonly string[], name: string): string {
  const at = headers.findIndex((entry, index) => index % 2 === 0 && entry.toLowerCase() === name);
  return at < 0 ? '' : (headers[at + 1] ?? '');
}

function without(headers: readonly string[], names: readonly string[]): string[] {
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter((_, index) => !unwanted.has((headers[index - (index % 2)] ?? '').toLowerCase()));
}
