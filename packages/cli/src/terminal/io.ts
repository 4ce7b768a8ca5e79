/** One of the two streams. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Whether escape sequences for colours may be written. */
  readonly colour: boolean;
  readonly columns: number;
}

export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Everything a command may touch of the process it runs in. */
export interface Io {
  /** Results. */
  readonly out: Output;
  /** Progress and errors. */
  readonly err: Output;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Until disposed, signals that would end the process are handed over instead. */
  onSignal(listener: (signal: EndingSignal) => void): Disposable;
  /** Standard input, whole, at most `limit` bytes and one more. */
  readInput(limit: number): Promise<string>;
}
