import type { Delays } from '../delays.ts';
import { type Handler, isModern, type LegacyHandler, type ModernHandler, overriding } from './dispatch.ts';

/** How a response breaks off. The server has answered by then. */
export interface Cut {
  /** So many bytes of body still arrive; `'before-head'`: nothing does. */
  readonly after: number | 'before-head';
  /** What the client sees. */
  readonly error: Error;
  /** Nothing breaks off once it has ended. */
  readonly fault: Pick<Delays, 'isOver'>;
}

/** A handler under which the response breaks off. */
export function cutting(handler: Handler, cut: Cut): Handler {
  return isModern(handler) ? cutModern(handler, cut) : cutLegacy(handler, cut);
}

/** Takes chunks until the limit is reached. */
class Allowance {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** The part that may still pass; `isSpent` when something was held back. */
  take(chunk: Buffer): { readonly passed: Buffer; readonly isSpent: boolean } {
    const passed = chunk.subarray(0, this.#left);
    this.#left -= passed.length;
    return { passed, isSpent: passed.length < chunk.length };
  }
}

function cutModern(handler: ModernHandler, { after, error, fault }: Cut): ModernHandler {
  const allowance = new Allowance(after === 'before-head' ? 0 : after);
  let isCut = false;
  const cut = (controller: Parameters<ModernHandler['onResponseData']>[0]): void => {
    if (isCut) return;
    isCut = true;
    // An error raised inside the data callback leaves the reader of the body hanging for ever: one turn later.
    setImmediate(() => {
      handler.onResponseError(controller, error);
      controller.abort(error);
    });
  };
  return overriding(handler, {
    onResponseStart(controller, ...head) {
      if (after === 'before-head' && !fault.isOver) cut(controller);
      else handler.onResponseStart(controller, ...head);
    },
    onResponseData(controller, chunk) {
      if (isCut) return;
      if (fault.isOver) return handler.onResponseData(controller, chunk);
      const { passed, isSpent } = allowance.take(chunk);
      if (passed.length > 0) handler.onResponseData(controller, passed);
      if (isSpent) cut(controller);
    },
    onResponseEnd(controller, trailers) {
      if (!isCut) handler.onResponseEnd(controller, trailers);
    },
    onResponseError(controller, thrown) {
      if (!isCut) handler.onResponseError(controller, thrown);
    },
  });
}

function cutLegacy(handler: LegacyHandler, { after, error, fault }: Cut): LegacyHandler {
  const allowance = new Allowance(after === 'before-head' ? 0 : after);
  let isCut = false;
  let abort: (reason?: unknown) => void = () => undefined;
  const cut = (): void => {
    if (isCut) return;
    isCut = true;
    setImmediate(() => {
      handler.onError(error);
      abort(error);
    });
  };
  return overriding(handler, {
    onConnect(abortRequest, context) {
      abort = abortRequest;
      handler.onConnect(abortRequest, context);
    },
    onHeaders(...head) {
      if (after !== 'before-head' || fault.isOver) return handler.onHeaders(...head);
      cut();
      return true;
    },
    onData(chunk) {
      if (isCut) return true;
      if (fault.isOver) return handler.onData(chunk);
      const { passed, isSpent } = allowance.take(chunk);
      const goOn = passed.length === 0 || handler.onData(passed);
      if (isSpent) cut();
      return goOn;
    },
    onComplete(trailers) {
      if (!isCut) handler.onComplete(trailers);
    },
    onError(thrown) {
      if (!isCut) handler.onError(thrown);
    },
  });
}
