import { readFile } from 'node:fs/promises';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import * as z from 'zod';

const SCHEMES = {
  redis: { plain: 'redis', secured: 'rediss', port: 6379, securedPort: 6379 },
  nats: { plain: 'nats', secured: 'tls', port: 4222, securedPort: 4222 },
  amqp: { plain: 'amqp', secured: 'amqps', port: 5672, securedPort: 5671 },
} as const;
export type Scheme = keyof typeof SCHEMES;

/** A server as its URL names it. User and password are secrets. */
export interface QueueServer {
  readonly host: string;
  readonly port: number;
  readonly secured: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** After the slash that follows the port, decoded; empty where there is none. */
  readonly path: string;
}

/**
 * Where a server is: a URL as it stands, if no user or password is in it, or the name of an environment variable or a
 * file that holds one. Options are written down for the guardian, secrets are not: it reads the same variable or file.
 */
export function queueUrl(scheme: Scheme) {
  const { plain, secured } = SCHEMES[scheme];
  const expected = `expected a URL with ${plain}:// or ${secured}://, or the name of what holds one: { env: "QUEUE_URL" } or { file: "/run/secrets/queue-url" }`;
  const text = z
    .string()
    .refine((value) => urlOf(scheme, value) !== undefined, expected)
    .refine(
      (value) => !hasSecret(scheme, value),
      'expected no user or password in it, as options are written down: name an environment variable that holds the URL, { env: "QUEUE_URL" }, or a file, { file: "/run/secrets/queue-url" }',
    );
  const env = z.strictObject({ env: z.string().min(1) });
  const file = z.strictObject({ file: z.string().min(1) });
  return z.union([text, env, file], { error: expected });
}
export type QueueUrl = z.output<ReturnType<typeof queueUrl>>;

/**
 * Reads where a server is, just before it is used. `field` is where the options say so.
 *
 * @throws ChaosError `CHAOS_CONFIGURATION_MISSING` when the variable or file is not there, `CHAOS_OPTIONS_INVALID` when
 * it holds no such URL. Neither says what was found: it may hold a password.
 */
export async function queueServer(scheme: Scheme, source: QueueUrl, field: string): Promise<QueueServer> {
  const { plain, secured, port, securedPort } = SCHEMES[scheme];
  const url = urlOf(scheme, await textOf(source, field));
  if (url === undefined) {
    throw new ChaosError(
      'CHAOS_OPTIONS_INVALID',
      `${field}: expected ${holderOf(source)} to hold a URL with ${plain}:// or ${secured}://; what it holds is not shown, as it may be secret`,
    );
  }
  const isSecured = url.protocol === `${secured}:`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecured ? securedPort : port) : Number(url.port),
    secured: isSecured,
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    path: decodeURIComponent(url.pathname.slice(1)),
  };
}

async function textOf(source: QueueUrl, field: string): Promise<string> {
  if (typeof source === 'string') return source;
  const missing = (reason: string): ChaosError =>
    new ChaosError(
      'CHAOS_CONFIGURATION_MISSING',
      `${field}: expected ${holderOf(source)} to hold a URL, got ${reason}`,
    );
  if ('env' in source) {
    const found = process.env[source.env];
    if (found === undefined || found === '') throw missing('nothing');
    return found;
  }
  try {
    return (await readFile(source.file, 'utf8')).trim();
  } catch (error) {
    throw missing(messageOf(error));
  }
}

function holderOf(source: QueueUrl): string {
  if (typeof source === 'string') return 'it';
  return 'env' in source ? `the environment variable ${source.env}` : `the file ${source.file}`;
}

function urlOf(scheme: Scheme, text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const { plain, secured } = SCHEMES[scheme];
  if (url === undefined || url.hostname === '' || !isDecodable(url)) return undefined;
  return [`${plain}:`, `${secured}:`].includes(url.protocol) ? url : undefined;
}

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    decodeURIComponent(username + password + pathname);
    return true;
  } catch {
    // A lone percent sign: the only reason for which decoding fails.
    return false;
  }
}

function hasSecret(scheme: Scheme, text: string): boolean {
  const url = urlOf(scheme, text);
  return url !== undefined && (url.username !== '' || url.password !== '');
}
