import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecuredServer, type TlsOptions } from 'node:tls';
import { promisify } from 'node:util';
import { testFolder } from '../file/file-harness.ts';
import { startServer } from './server-process.ts';

const run = promisify(execFile);

export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** What its own client prints, asked over another way than the flood's. */
  ask(...command: readonly string[]): Promise<string>;
  /** Subscribes to a channel, and counts what comes. */
  listen(channel: string): Promise<{ heard(): number } & AsyncDisposable>;
  /** A second door, with TLS. */
  secured(options: TlsOptions): Promise<number>;
}

/** A `redis-server` behind ports that the kernel chose: it listens on a Unix socket only. */
export async function startRedis(): Promise<RedisServer> {
  const made = new AsyncDisposableStack();
  const folder = made.use(await testFolder());
  const path = `${folder.path}/redis.sock`;
  const args = ['--port', '0', '--unixsocket', path, '--save', '', '--dir', folder.path];
  made.use(await startServer('redis-server', args, /ready to accept connections/i));
  const open = async (server: Server): Promise<number> => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    made.defer(() => void server.close());
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const forward = (from: Socket): void => {
    const to = connect(path);
    made.defer(() => void from.destroy());
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
    to.on('error', () => from.destroy()).on('close', () => from.destroy());
    from.pipe(to).pipe(from);
  };
  return {
    port: await open(createServer(forward)),
    secured: (options) => open(createSecuredServer(options, forward)),
    async listen(channel) {
      const socket = connect(path);
      let text = '';
      const listening = new Promise<void>((resolve) => {
        socket.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
          if (text.includes(':1\r\n')) resolve();
        });
      });
      socket.write(`SUBSCRIBE ${channel}\r\n`);
      await listening;
      return {
        heard: () => text.split('\r\nmessage\r\n').length - 1,
        [Symbol.asyncDispose]: async () => void socket.destroy(),
      };
    },
    async ask(...command) {
      const { stdout } = await run('redis-cli', ['--no-auth-warning', '-s', path, ...command]);
      return stdout.trimEnd();
    },
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}
