import { IncomingMessage } from 'node:http';
import { ChaosError, type Feasibility, systemClock } from '@bridge/chaos-core';
import { listenTo, memberOf } from '../channel.ts';
import { processWide } from '../process-wide.ts';
import { requestContext } from './request-context.ts';
import type { RequestScope } from './scope.ts';
import { readMark } from './signed-mark.ts';

export interface AcceptMarksOptions {
  /** Secret shared with whoever may mark requests; at least 16 bytes. */
  readonly key: string;
  /** Default `x-chaos-mark`. */
  readonly header?: string;
}

const accepting = processWide('accepting', (): { options?: Required<AcceptMarksOptions> } => ({}));
const entered = new WeakSet<IncomingMessage>();

/**
 * From now on requests that this thread serves are marked by a header, when `signMark()` signed it with the same key
 * and it has not expired. Without this call no header marks anything. Costs one look at a header per request. Dispose
 * to stop.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` for a short key, or when marks are accepted already.
 */
export function acceptMarks({ key, header = 'x-chaos-mark' }: AcceptMarksOptions): Disposable {
  if (Buffer.byteLength(key) < 16) {
    throw new ChaosError(
      'CHAOS_OPTIONS_INVALID',
      'acceptMarks: expected a key of at least 16 bytes, got a shorter one',
    );
  }
  if (accepting.options !== undefined) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', 'acceptMarks: expected one caller, marks are accepted already');
  }
  accepting.options = { key, header: header.toLowerCase() };
  const listening = listenTo('http.server.request.start', (message) => {
    const request = memberOf(message, 'request', IncomingMessage);
    if (request !== undefined) enterMarkOf(request);
  });
  return {
    [Symbol.dispose]() {
      listening[Symbol.dispose]();
      delete accepting.options;
    },
  };
}

/** The rest of the turn, and all it starts, belongs to the request: with its mark, or with none. */
export function enterMarkOf(request: IncomingMessage): void {
  if (accepting.options === undefined || entered.has(request)) return;
  entered.add(request);
  const { key, header } = accepting.options;
  const sent = request.headers[header];
  const mark = typeof sent === 'string' ? readMark(sent, key, systemClock.wall()) : undefined;
  requestContext.enterWith(mark === undefined ? {} : { mark });
}

/** A request that arrives can only be known by its header. */
export function whyNoHeaderMarks(scope: RequestScope): Extract<Feasibility, { possible: false }> | undefined {
  const needsMarks = scope === 'marked' || (typeof scope === 'object' && 'marked' in scope);
  if (!needsMarks || accepting.options !== undefined) return undefined;
  return {
    possible: false,
    reason: 'a request that arrives can only be marked by a header, and this process accepts none',
    remedy: 'Call acceptMarks({ key }) when the process starts',
  };
}
