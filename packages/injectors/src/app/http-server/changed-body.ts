import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Delays } from '../delays.ts';

type Headers = OutgoingHttpHeaders | readonly OutgoingHttpHeader[];
type Done = (error?: Error | null) => void;

const METHODS = ['writeHead', 'flushHeaders', 'write', 'end'] as const;

/**
 * Keeps back what the handler writes to one response until it ends, lets `change` alter a JSON body, and sends it.
 * Anything but plain JSON passes at once and unaltered: a stream of events must not be held. When the fault ends first,
 * what was kept goes out as it is, and so does the rest.
 */
export function changeBody(response: ServerResponse, fault: Delays, change: (body: string) => string): void {
  const chunks: Buffer[] = [];
  let waiting: Disposable | undefined;
  const stepAside = (): void => {
    waiting?.[Symbol.dispose]();
    for (const method of METHODS) Reflect.deleteProperty(response, method);
  };
  const letPass = (): void => {
    stepAside();
    if (!response.destroyed) for (const chunk of chunks) response.write(chunk);
  };
  const isKept = (): boolean => {
    if (isPlainJson(response)) return true;
    letPass();
    return false;
  };
  response.writeHead = (status: number, reason?: string | Headers, headers?: Headers) => {
    response.statusCode = status;
    if (typeof reason === 'string') response.statusMessage = reason;
    setHeaders(response, typeof reason === 'string' ? headers : reason);
    return response;
  };
  response.flushHeaders = () => {
    if (!isKept()) response.flushHeaders();
  };
  response.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (!isKept()) return Reflect.apply(response.write, response, [chunk, ...rest]);
    chunks.push(bytesOf(chunk, rest[0]));
    const done = rest.find(isDone);
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  response.end = (...args: unknown[]) => {
    if (!isKept()) return Reflect.apply(response.end, response, args);
    const [chunk, encoding] = args;
    if (chunk !== undefined && chunk !== null && !isDone(chunk)) chunks.push(bytesOf(chunk, encoding));
    stepAside();
    if (fault.isOver) return response.end(Buffer.concat(chunks), args.find(isDone));
    const body = Buffer.from(change(Buffer.concat(chunks).toString()));
    if (response.hasHeader('content-length')) response.setHeader('content-length', body.length);
    // A validator of the body as it was would lie about this one.
    response.removeHeader('etag');
    return response.end(body, args.find(isDone));
  };
  const ours = response.end;
  // Under what somebody has put over ours it stays until the answer ends.
  waiting = fault.untilOver(() => {
    if (response.end === ours) letPass();
  });
  response.once('close', waiting[Symbol.dispose]);
}

function isPlainJson(response: ServerResponse): boolean {
  const type = String(response.getHeader('content-type') ?? '');
  return /[/+]json\b/i.test(type) && !response.hasHeader('content-encoding') && !response.headersSent;
}

function setHeaders(response: ServerResponse, headers: Headers | undefined): void {
  if (headers === undefined) return;
  if (!isList(headers)) {
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    return;
  }
  for (let at = 0; at < headers.length; at += 2) response.setHeader(String(headers[at]), String(headers[at + 1]));
}

function isList(headers: Headers): headers is readonly OutgoingHttpHeader[] {
  return Array.isArray(headers);
}

function isDone(value: unknown): value is Done {
  return typeof value === 'function';
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  return Buffer.from(String(chunk), typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8');
}
