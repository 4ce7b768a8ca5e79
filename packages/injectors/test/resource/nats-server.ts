import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import * as z from 'zod';
import { type NatsAnswer, NatsClient } from '../../src/resource/queue/nats/nats-client.ts';
import { testFolder } from '../file/file-harness.ts';
import { startServer } from './server-process.ts';

const state = z.object({
  account_details: z.array(
    z.object({
      stream_detail: z.array(z.object({ name: z.string(), state: z.object({ messages: z.int() }) })).optional(),
    }),
  ),
});

export interface NatsServer extends AsyncDisposable {
  readonly port: number;
  /** Messages in a stream, as the server's monitoring page says. */
  length(stream: string): Promise<number>;
  /** Publishes as anybody would, and gives the answer. */
  ask(subject: string, content?: unknown): Promise<NatsAnswer>;
  /** Listens, and counts what comes. */
  listen(subject: string): Promise<{ heard(): number } & AsyncDisposable>;
}

/** A `nats-server` with JetStream on ports that the kernel chose; `configuration` in its own language. */
export async function startNats(configuration = ''): Promise<NatsServer> {
  const made = new AsyncDisposableStack();
  const folder = made.use(await testFolder());
  const file = `${folder.path}/nats.conf`;
  await writeFile(
    file,
    `host: "127.0.0.1"\nport: -1\nhttp: "127.0.0.1:-1"\njetstream { store_dir: "${folder.path}" }\n${configuration}`,
  );
  const up = /http monitor on [^:]+:(\d+)[\s\S]*client connections on [^:]+:(\d+)[\s\S]*Server is ready/;
  const server = made.use(await startServer('nats-server', ['-c', file], up));
  const [, monitor, port] = server.up;
  const address = {
    host: '127.0.0.1',
    port: Number(port),
    secured: false,
    user: undefined,
    password: undefined,
    path: '',
  };
  const { signal } = new AbortController();
  let client: NatsClient | undefined;
  made.defer(() => client?.close());
  return {
    port: address.port,
    async length(stream) {
      const answer = await fetch(`http://127.0.0.1:${monitor}/jsz?streams=true`);
      const accounts = state.parse(await answer.json()).account_details;
      const streams = accounts.flatMap(({ stream_detail = [] }) => stream_detail);
      return streams.find(({ name }) => name === stream)?.state.messages ?? -1;
    },
    async ask(subject, content = {}) {
      client ??= await NatsClient.open(address, {}, signal);
      return client.request({ subject, payload: JSON.stringify(content) }, signal);
    },
    async listen(subject) {
      const socket = connect(address.port, address.host);
      let text = '';
      const listening = new Promise<void>((resolve) => {
        socket.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
          if (text.includes('PONG')) resolve();
        });
      });
      socket.write(`CONNECT {"verbose":false}\r\nSUB ${subject} 1\r\nPING\r\n`);
      await listening;
      return {
        heard: () => text.split(`MSG ${subject} `).length - 1,
        [Symbol.asyncDispose]: async () => void socket.destroy(),
      };
    },
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}
