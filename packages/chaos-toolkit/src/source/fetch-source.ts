import { messageOf } from '@bridge/chaos-core';
import type { PyValue } from '../python/value.ts';
import { parseSource, unreadable } from './read-source.ts';

export interface SourceAccess {
  /** What goes into the Authorization header, by host: `{ 'example.com': { type: 'bearer', value: '…' } }`. */
  readonly auths?: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
  /** Milliseconds to wait for the whole answer. Default 30,000. */
  readonly timeout?: number;
}

/** Fetches an experiment; the environment variable CHAOSTOOLKIT_LOADER_AUTH_BEARER_TOKEN wins over `auths`. */
export async function fetchSource(address: string, { auths = {}, timeout = 30_000 }: SourceAccess): Promise<PyValue> {
  const { text, type } = await download(address, auths, timeout);
  if (type.includes('application/json')) return parseSource(text, 'json', address);
  if (type.includes('application/x-yaml') || type.includes('text/yaml')) return parseSource(text, 'yaml', address);
  if (!type.includes('text/plain')) {
    throw unreadable(address, `expected the content type of JSON, YAML or plain text, got ${JSON.stringify(type)}`);
  }
  // YAML takes nearly all JSON, but not all of it the same way.
  return parseSource(text, /^\s*[{[]/.test(text) ? 'json' : 'yaml', address);
}

async function download(address: string, auths: NonNullable<SourceAccess['auths']>, timeout: number) {
  try {
    const signal = AbortSignal.timeout(timeout);
    const response = await fetch(address, { headers: headersFor(new URL(address), auths), signal });
    if (response.status !== 200) throw unreadable(address, `expected status 200, got ${response.status}`);
    return { text: await response.text(), type: response.headers.get('content-type') ?? '' };
  } catch (error) {
    throw unreadable(address, `expected an answer: ${messageOf(error)}`, error);
  }
}

function headersFor({ host }: URL, auths: NonNullable<SourceAccess['auths']>): Record<string, string> {
  const token = process.env['CHAOSTOOLKIT_LOADER_AUTH_BEARER_TOKEN'];
  const known = auths[host];
  const authorization = token === undefined ? known && `${known.type} ${known.value}` : `bearer ${token.trim()}`;
  const accept = { accept: 'application/json, application/x-yaml' };
  return authorization === undefined ? accept : { ...accept, authorization };
}
