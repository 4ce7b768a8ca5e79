/** Takes the bytes of one direction of a connection, in order. `end` is the sender's FIN. */
export interface Receiver {
  push(chunk: Buffer): void;
  end(): void;
}

/** One fault's part in one direction of one connection. */
export interface Stage extends Receiver {
  next: Receiver;
  /** True while it holds so much that the sender should wait. */
  readonly full: boolean;
  /** Hands on everything it holds, in order, and stays out of the way from then on. */
  release(): void;
  /** Forgets what it holds: the connection is gone. */
  drop(): void;
}
