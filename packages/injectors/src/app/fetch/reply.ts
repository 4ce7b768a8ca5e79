import { type DispatchController, type Handler, isModern, type LegacyHandler, type ModernHandler } from './dispatch.ts';

/** Answers a request in place of its server. */
export interface Reply {
  /** Comes first. `onAbort` is called once when the caller gives up. */
  begin(onAbort: (reason: unknown) => void): void;
  respond(response: SyntheticResponse): void;
  fail(error: unknown): void;
}

export interface SyntheticResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function replyTo(handler: Handler): Reply {
  return isModern(handler) ? modernReply(handler) : legacyReply(handler);
}

function rawHeaders({ headers }: SyntheticResponse): Buffer[] {
  return Object.entries(headers).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value, 'latin1')]);
}

/** The caller's handle on a request that no server has. */
class OwnController implements DispatchController {
  aborted = false;
  paused = false;
  reason: unknown = null;
  rawHeaders: Buffer[] = [];
  readonly rawTrailers: Buffer[] = [];
  readonly #onAbort: (reason: unknown) => void;

  constructor(onAbort: (reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#onAbort(reason);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

function modernReply(handler: ModernHandler): Reply {
  let controller = new OwnController(() => undefined);
  return {
    begin(onAbort) {
      controller = new OwnController(onAbort);
      handler.onRequestStart?.(controller, {});
    },
    respond(response) {
      controller.rawHeaders = rawHeaders(response);
      handler.onResponseStart(controller, response.status, response.headers, response.statusText);
      if (response.body.length > 0) handler.onResponseData(controller, response.body);
      handler.onResponseEnd(controller, {});
    },
    fail: (error) => handler.onResponseError(controller, error),
  };
}

function legacyReply(handler: LegacyHandler): Reply {
  return {
    begin(onAbort) {
      handler.onConnect((reason) => onAbort(reason ?? new DOMException('This operation was aborted', 'AbortError')));
    },
    respond(response) {
      handler.onHeaders(response.status, rawHeaders(response), () => undefined, response.statusText);
      if (response.body.length > 0) handler.onData(response.body);
      handler.onComplete([]);
    },
    fail: (error) => handler.onError(error),
  };
}
