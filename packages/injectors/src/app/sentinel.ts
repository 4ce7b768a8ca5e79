/** What a live injector answers its own sentinel with, in the way its faults do. */
export class SentinelReply extends Error {
  override readonly name = 'SentinelReply';
  readonly fault: string;

  constructor(fault: string) {
    super(`the sentinel of ${fault} was answered by its injector`);
    this.fault = fault;
  }
}

/** Whether this is how the sentinel of the fault ended, also when somebody wrapped the error. */
export function isReplyTo(fault: string, thrown: unknown): boolean {
  if (thrown instanceof SentinelReply) return thrown.fault === fault;
  return thrown instanceof Error && thrown.cause !== undefined && isReplyTo(fault, thrown.cause);
}

/**
 * Where sentinels go: a loopback port of the reserved range that nobody listens on. A live injector answers before
 * anything is sent; when none is, the connection is refused at once and nothing leaves the machine.
 */
export const SENTINEL_PLACE = { host: '127.0.0.1', port: 2 } as const;
