import { connect } from 'node:net';

export interface LookOptions {
  readonly bytes: number;
  /** Milliseconds. */
  readonly within: number;
}

/** What a plain TCP client of an echo server meets: all its bytes come back, or what happens instead. */
export function lookAtEcho(port: number, { bytes, within }: LookOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let missing = bytes;
    const conclude = (outcome: string): void => {
      clearTimeout(timer);
      socket.resetAndDestroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => conclude('late'), within);
    socket.on('data', (chunk) => {
      missing -= chunk.length;
      if (missing <= 0) conclude('echo');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => conclude(error.code ?? 'error'));
    socket.on('close', () => conclude('closed'));
    socket.write(Buffer.alloc(bytes));
  });
}
