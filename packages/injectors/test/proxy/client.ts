import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A real TCP client that collects what it receives. */
export class Client implements Disposable {
  readonly socket: Socket;
  /** The error code and whether it ended with one, once it is closed. */
  readonly closed: Promise<string | undefined>;
  #received: Buffer[] = [];
  #length = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    let code: string | undefined;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#length += chunk.length;
      socket.emit('progress');
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve(code));
    });
  }

  /** Connected, or closed already: a reset may come before the connect is noticed. */
  static async connect(port: number): Promise<Client> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    const client = new Client(socket);
    const connected = once(socket, 'connect').catch(() => undefined);
    await Promise.race([connected, client.closed]);
    return client;
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Waits until at least this many bytes have come in all. */
  async until(length: number): Promise<Buffer> {
    while (this.#length < length) {
      const gone = this.closed.then((code) => {
        throw new Error(`closed (${code}) after ${this.#length} of ${length} bytes`);
      });
      await Promise.race([once(this.socket, 'progress'), gone]);
    }
    return this.received;
  }

  /** Sends a line and waits for its echo. */
  async ping(text = 'ping'): Promise<string> {
    const from = this.#length;
    this.socket.write(text);
    return (await this.until(from + text.length)).subarray(from).toString();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** `ECONNREFUSED` and its like, or `connected`. */
export async function connectOutcome(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return 'connected';
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
  } finally {
    socket.destroy();
  }
}
