import * as z from 'zod';
import { bodyExpectation } from '../expectation/body-expectation.ts';
import { statusExpectation } from '../expectation/status-expectation.ts';
import { textExpectation } from '../expectation/text-expectation.ts';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const url = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' });

const headersOf = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string().regex(token), value, {
    error: ({ code }) => (code === 'invalid_key' ? 'expected a header name (RFC 9110 token)' : undefined),
  });

const tls = z.strictObject({
  /** PEM text, or the path of a PEM file. Replaces the system's authorities. */
  ca: z.string().min(1).optional(),
  /** Client certificate: PEM text or path. */
  cert: z.string().min(1).optional(),
  /** Key of the client certificate: PEM text or path. */
  key: z.string().min(1).optional(),
  /** Accept any certificate. Default false. */
  insecure: z.boolean().default(false),
  /** Name to ask for and to verify instead of the URL's host (SNI). */
  servername: z.string().min(1).optional(),
});

export type HttpTls = z.output<typeof tls>;

/** Options of the `http` probe. */
export const httpOptions = z.strictObject({
  url,
  /** Default GET, or POST when a body is given. */
  method: z
    .string()
    .regex(token, { error: 'expected an HTTP method such as "GET"' })
    .transform((method) => method.toUpperCase())
    .optional(),
  headers: headersOf(z.string()).default({}),
  /** Text is sent as it is; anything else as JSON with `content-type: application/json`. */
  body: z.json().optional(),
  /** What a healthy answer is. Status defaults to any 2xx. */
  expect: z
    .strictObject({
      status: statusExpectation.default('2xx'),
      headers: headersOf(textExpectation).default({}),
      body: bodyExpectation.optional(),
    })
    .prefault({}),
  tls: tls.prefault({}),
  /** Redirects to follow; 0 (default) judges the redirect itself. At most 10. */
  redirects: z.int().min(0).max(10).default(0),
  /** Reuse connections between checks (default true). False also measures connection set-up every time. */
  keepAlive: z.boolean().default(true),
  /** Connect to this Unix socket instead of the URL's host. */
  socketPath: z.string().min(1).optional(),
});

export type HttpOptions = z.output<typeof httpOptions>;
