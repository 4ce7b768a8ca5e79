import * as z from 'zod';
import { delayParams } from '../../app/delay.ts';
import { jsonChange } from '../../app/http-server/json-change.ts';
import { requestMatch } from '../../app/request/match.ts';
import { when } from '../../app/request/when.ts';

/** They say how long a message is; another value would be another fault. */
const FRAMING = new Set(['connection', 'content-length', 'transfer-encoding', 'upgrade', 'trailer']);
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'expected a header name' })
  .refine((name) => !FRAMING.has(name.toLowerCase()), 'expected a header that does not frame the message');
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'expected no line breaks' });
const headers = z.record(headerName, headerValue);
/** A status that has a body. */
const status = z.int().min(200).max(599);

const change = z
  .strictObject({
    kind: z.literal('change'),
    status: status.optional(),
    setHeaders: headers.optional(),
    removeHeaders: z.array(headerName).min(1).optional(),
    /** Another body, or other fields in a JSON body that is not compressed: schema drift. */
    body: z.union([z.string(), z.strictObject({ json: z.array(jsonChange).min(1) })]).optional(),
  })
  .refine(({ kind: _, ...changes }) => Object.values(changes).some((value) => value !== undefined), {
    error: 'expected a status, headers or a body',
  });
export type AnswerChange = z.output<typeof change>;

/** What happens to a request that is hit. */
export const httpEffect = z.discriminatedUnion('kind', [
  /** Reaches the upstream later. */
  z.strictObject({ kind: z.literal('delay'), ...delayParams }),
  /** Is answered in place of the upstream, which never sees it. */
  z.strictObject({ kind: z.literal('status'), status, headers: headers.default({}), body: z.string().default('') }),
  /** The upstream answers, and its answer is changed. */
  change,
  /**
   * The connection is reset: `before` the upstream sees the request, `after` it has answered, of which nothing
   * arrives, or `midway` in the answer's body.
   */
  z.strictObject({ kind: z.literal('abort'), at: z.enum(['before', 'after', 'midway']).default('before') }),
]);
export type HttpEffect = z.output<typeof httpEffect>;

/** Which requests, and what happens to them. */
export const onRequests = {
  /** By their Host header, method and path; every member that is given must fit. Default: all. */
  match: requestMatch.omit({ port: true }).prefault({}),
  /** Which of those that match, counted from 1. Default: each. */
  when: when.default('always'),
  /** Probability that a request which `when` lets through is hit, drawn once per request. Default 1. */
  perRequest: z.number().gt(0).max(1).default(1),
  effect: httpEffect,
};
