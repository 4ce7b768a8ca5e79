import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { messageOf } from '@bridge/chaos-core';
import type { HttpProvider } from '../experiment/experiment.ts';
import { ActivityFailure, CrashError } from '../python/crash.ts';
import { parsePythonJson } from '../python/json.ts';
import { pyStr } from '../python/repr.ts';
import { isEmpty, substitute } from '../python/template.ts';
import { isDict, isTruthy, type PyDict, type PyValue } from '../python/value.ts';
import type { ProviderContext } from './context.ts';
import { type Exchange, exchange, HttpTimeout } from './http-exchange.ts';
import { formText, withQuery } from './http-form.ts';

const MOST_REDIRECTS = 30;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** One request, redirects followed, as Python's `requests` makes it. Any status is a result; no answer is a failure. */
export async function runHttp(provider: HttpProvider, context: ProviderContext): Promise<PyDict> {
  const { variables } = context;
  const given = provider.arguments;
  const parameters = isTruthy(given) && !isEmpty(variables) ? substitute(given, variables) : given;
  const url = parsedUrl(pyStr(substitute(provider.url, variables)));
  const headers = substitute(provider.headers, variables);
  const first = request(provider, url, isDict(headers) ? headers : {}, parameters);
  const timeout = substitute(provider.timeout, variables);
  for (let left = provider.maxRetries; ; left -= 1) {
    try {
      return await answer({ ...first, timeout, verifyTls: provider.verifyTls }, context);
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      if (error instanceof CrashError) throw error;
      if (left > 0) continue;
      if (error instanceof HttpTimeout) throw new ActivityFailure('activity took too long to complete');
      throw new ActivityFailure(`failed to connect to ${url.href}: ${messageOf(error)}`);
    }
  }
}

function parsedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new CrashError(`requests.exceptions.MissingSchema: Invalid URL '${text}'`);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new CrashError(`requests.exceptions.InvalidSchema: No connection adapters were found for '${text}'`);
}

function request({ method }: HttpProvider, url: URL, given: PyDict, parameters: PyValue) {
  const headers: Record<string, string> = {
    Accept: '*/*',
    'Accept-Encoding': 'gzip, deflate',
    Connection: 'keep-alive',
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, pyStr(value)])),
  };
  if (method === 'GET') return { method, url: withQuery(url, parameters), headers, body: undefined };
  // Exactly this spelling of the name and value, or the arguments are sent as a form.
  if (given['Content-Type'] === 'application/json') return { method, url, headers, body: JSON.stringify(parameters) };
  const body = formText(parameters);
  if (body !== undefined && isDict(parameters)) headers['Content-Type'] ??= 'application/x-www-form-urlencoded';
  return { method, url, headers, body };
}

async function answer(first: Exchange, context: ProviderContext): Promise<PyDict> {
  let current = first;
  for (let followed = 0; ; followed += 1) {
    const { response, body } = await exchange(current, context);
    const { statusCode = 0, headers } = response;
    if (!REDIRECTS.has(statusCode) || headers.location === undefined) return output(response, body);
    if (followed === MOST_REDIRECTS) {
      throw new CrashError(`requests.exceptions.TooManyRedirects: Exceeded ${MOST_REDIRECTS} redirects.`);
    }
    current = redirected(current, statusCode, headers.location);
  }
}

function redirected(from: Exchange, status: number, location: string): Exchange {
  const url = parsedUrl(new URL(location, from.url).href);
  const { Authorization, ...withoutSecret } = from.headers;
  const headers = url.host === from.url.host || Authorization === undefined ? from.headers : withoutSecret;
  const becomesGet =
    (status === 303 && from.method !== 'HEAD') ||
    (status === 302 && from.method !== 'HEAD') ||
    (status === 301 && from.method === 'POST');
  if (!becomesGet) return { ...from, url, headers };
  const { 'Content-Type': _type, ...plain } = headers;
  return { ...from, url, method: 'GET', headers: plain, body: undefined };
}

function output(response: IncomingMessage, raw: Buffer): PyDict {
  const headers = namedHeaders(response.rawHeaders);
  const type = response.headers['content-type'];
  const text = decode(unpacked(raw, response.headers['content-encoding']), type);
  return { status: response.statusCode ?? 0, headers, body: type === 'application/json' ? parsedBody(text) : text };
}

function parsedBody(text: string): PyValue {
  try {
    return parsePythonJson(text);
  } catch (error) {
    throw new CrashError(`requests.exceptions.JSONDecodeError: ${messageOf(error)}`);
  }
}

function namedHeaders(raw: readonly string[]): PyDict {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = raw.slice(index, index + 2);
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

function unpacked(bytes: Buffer, encoding: string | undefined): Buffer {
  try {
    if (encoding === 'gzip') return gunzipSync(bytes);
    if (encoding === 'deflate') return inflateSync(bytes);
    return encoding === 'br' ? brotliDecompressSync(bytes) : bytes;
  } catch (error) {
    throw new CrashError(`requests.exceptions.ContentDecodingError: ${messageOf(error)}`);
  }
}

function decode(bytes: Buffer, type = ''): string {
  const charset = /charset=["']?([\w-]+)/i.exec(type)?.[1];
  const fallback = type.includes('text') && charset === undefined ? 'latin1' : 'utf-8';
  try {
    return new TextDecoder(charset ?? fallback).decode(bytes);
  } catch {
    // A charset nobody knows: Python falls back to guessing.
    return bytes.toString('utf8');
  }
}
