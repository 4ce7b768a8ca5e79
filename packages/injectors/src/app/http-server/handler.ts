import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';

const TO_HANDLER: readonly unknown[] = ['request', 'checkContinue', 'checkExpectation'];

/**
 * Called between the arrival of a request and its handler, in one turn: what the server would now do with it waits for
 * `proceed`. The server is as it was before that turn ends.
 */
export function insteadOfHandler(
  server: EventEmitter,
  request: IncomingMessage,
  act: (proceed: () => void) => void,
): void {
  const own = Object.getOwnPropertyDescriptor(server, 'emit');
  const emit = server.emit;
  const restore = (): void => {
    if (server.emit !== intercepting) return;
    if (own === undefined) Reflect.deleteProperty(server, 'emit');
    else Object.defineProperty(server, 'emit', own);
  };
  const intercepting = (event: string | symbol, ...args: unknown[]): boolean => {
    const isOurs = args[0] === request && TO_HANDLER.includes(event);
    restore();
    if (!isOurs) return Reflect.apply(emit, server, [event, ...args]);
    act(() => void Reflect.apply(emit, server, [event, ...args]));
    return true;
  };
  server.emit = intercepting;
  // Node may drop a request without telling anybody.
  process.nextTick(restore);
}
