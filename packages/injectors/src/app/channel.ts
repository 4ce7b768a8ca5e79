import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Listens on one of Node's diagnostics channels until disposed. */
export function listenTo(channel: string, listener: (message: unknown) => void): Disposable {
  subscribe(channel, listener);
  return { [Symbol.dispose]: () => void unsubscribe(channel, listener) };
}

/** A member of a channel's message, if it is an instance of the class. */
export function memberOf<T>(message: unknown, key: string, kind: abstract new (...args: never[]) => T): T | undefined {
  const member: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, key) : undefined;
  return member instanceof kind ? member : undefined;
}
