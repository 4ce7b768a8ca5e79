/** What undici hands its dispatcher for one request, as far as a fault looks at it. */
export interface DispatchOptions {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method: string;
}

/** Undici 7 and later. */
export interface DispatchController {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: unknown;
  readonly rawHeaders: readonly Buffer[];
  readonly rawTrailers: readonly Buffer[];
  abort(reason: unknown): void;
  pause(): void;
  resume(): void;
}

/** Handler of undici 7 and later. */
export interface ModernHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void;
  onResponseStart(controller: DispatchController, status: number, headers: object, statusText?: string): void;
  onResponseData(controller: DispatchController, chunk: Buffer): void;
  onResponseEnd(controller: DispatchController, trailers: object): void;
  onResponseError(controller: DispatchController | null, error: unknown): void;
}

/** Handler of undici 6, which Node 22 bundles. */
export interface LegacyHandler {
  onConnect(abort: (reason?: unknown) => void, context?: unknown): void;
  onHeaders(status: number, headers: readonly Buffer[], resume: () => void, statusText: string): boolean;
  onData(chunk: Buffer): boolean;
  onComplete(trailers: readonly Buffer[]): void;
  onError(error: unknown): void;
}

export type Handler = ModernHandler | LegacyHandler;
export type Dispatch = (options: DispatchOptions, handler: Handler) => boolean;

/** The dispatcher behind `fetch`, as far as we use it. */
export interface Dispatcher {
  compose(interceptor: (dispatch: Dispatch) => Dispatch): Dispatcher;
}

export function isModern(handler: Handler): handler is ModernHandler {
  return 'onResponseStart' in handler && typeof handler.onResponseStart === 'function';
}

/** The handler with some methods replaced. Its own state stays reachable: other methods are called on the original. */
export function overriding<Kind extends Handler>(handler: Kind, methods: Partial<Kind>): Kind {
  return new Proxy(handler, {
    get(original, key) {
      if (key in methods) return Reflect.get(methods, key);
      const member: unknown = Reflect.get(original, key);
      return typeof member === 'function' ? member.bind(original) : member;
    },
  });
}
