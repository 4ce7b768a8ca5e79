import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { isList, numberOf, type PyValue } from '../python/value.ts';
import type { ProviderContext } from './context.ts';

export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Seconds, or a list of two: to connect, and between two bytes. */
  readonly timeout: PyValue;
  readonly verifyTls: boolean | string;
}

/** Neither connected nor answered in time. */
export class HttpTimeout extends Error {
  override readonly name = 'HttpTimeout';
}

const LONGEST_BODY = 64 * 2 ** 20;

/** One request and the whole answer. Proxies are taken from the environment. */
export async function exchange(
  { url, method, headers, body, timeout, verifyTls }: Exchange,
  { signal, clock }: Pick<ProviderContext, 'signal' | 'clock'>,
): Promise<{ response: http.IncomingMessage; body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ response: http.IncomingMessage; body: Buffer }>();
  const secure = url.protocol === 'https:';
  using agent = disposable(secure ? secureAgent(verifyTls) : new http.Agent({ proxyEnv: process.env }));
  const [connect, read] = timeouts(timeout);
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const send = secure ? https.request : http.request;
  const outgoing = send(url, { method, headers: { ...headers, ...length }, agent: agent.agent, signal });
  const tooLate = (): void => void outgoing.destroy(new HttpTimeout('timed out'));
  using timer = connect === undefined ? undefined : clock.timer(connect, tooLate);
  outgoing.on('socket', (socket) => socket.once('connect', () => timer?.[Symbol.dispose]()));
  if (read !== undefined) outgoing.setTimeout(read, tooLate);
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('error', reject);
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LONGEST_BODY) outgoing.destroy(new Error(`the answer is longer than ${LONGEST_BODY} bytes`));
      chunks.push(chunk);
    });
    response.on('end', () => resolve({ response, body: Buffer.concat(chunks) }));
  });
  outgoing.end(body);
  return await promise;
}

function secureAgent(verify: boolean | string): https.Agent {
  const trusted = typeof verify === 'string' ? { ca: readFileSync(verify) } : {};
  return new https.Agent({ proxyEnv: process.env, rejectUnauthorized: verify !== false, ...trusted });
}

function disposable(agent: http.Agent) {
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}

/** In milliseconds; undefined waits for ever. */
function timeouts(timeout: PyValue): [connect: number | undefined, read: number | undefined] {
  const [connect, read] = isList(timeout) ? timeout : [timeout, timeout];
  return [inMilliseconds(connect), inMilliseconds(read)];
}

function inMilliseconds(seconds: PyValue | undefined): number | undefined {
  const number = numberOf(seconds);
  return number === undefined ? undefined : number * 1000;
}
