import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@bridge/chaos-core';
import * as z from 'zod';
import { onLine } from '../../proxy/control/lines.ts';
import { ApiServer } from '../api/api-server.ts';
import { ProxyCollection } from '../proxy-collection.ts';

/** What a server is started with; plain JSON, so that it can be handed to a child process or thread. */
export const hostOptions = z.object({
  host: z.string(),
  port: z.number(),
  seed: z.string(),
  linger: z.number(),
  registry: z.string().optional(),
});
export type HostOptions = z.output<typeof hostOptions>;

/** The API and its proxies, in this process, at the service of whoever connects to `control` and says so. */
export interface Host {
  readonly control: string;
  /** Resolves when it has ended and cleaned up behind itself. */
  readonly closed: Promise<void>;
}

export async function startHost(options: HostOptions, clock: Clock): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-toxiproxy-'));
  const control = join(folder, 'c');
  const tenancy = new Tenancy(options, clock, control);
  const closed = tenancy.closed.then(() => rm(folder, { recursive: true, force: true }));
  try {
    await tenancy.listen();
  } catch (thrown) {
    await tenancy.close();
    await closed;
    throw thrown;
  }
  return { control, closed };
}

/** However short the linger time, the starter gets to say that it owns what it started. */
const FIRST_OWNER_WITHIN = 30_000;

/** Who the server works for. Without an owner it forwards, without toxics, until nobody uses it. */
class Tenancy {
  readonly closed: Promise<void>;
  readonly #options: HostOptions;
  readonly #clock: Clock;
  readonly #control: string;
  readonly #proxies: ProxyCollection;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #end: () => void;
  #api: ApiServer | undefined;
  #owner: Socket | undefined;
  /** Ends the server of a starter that died before it could own it. */
  #firstOwner: Disposable | undefined;
  #losses = 0;

  constructor(options: HostOptions, clock: Clock, control: string) {
    this.#options = options;
    this.#clock = clock;
    this.#control = control;
    this.#proxies = new ProxyCollection({ ...options, clock, owner: this });
    this.#server = createServer((socket) => this.#serve(socket));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#end = resolve;
  }

  async listen(): Promise<void> {
    const tenure = () => ({ owned: this.#owner !== undefined, control: this.#control });
    this.#api = await ApiServer.listen(this.#options, this.#proxies, tenure);
    this.#server.listen(this.#control);
    await once(this.#server, 'listening');
    await chmod(this.#control, 0o600);
    const within = Math.max(this.#options.linger, FIRST_OWNER_WITHIN);
    this.#firstOwner = this.#clock.timer(within, () => void this.close());
  }

  async close(): Promise<void> {
    this.#owner = undefined;
    this.#firstOwner?.[Symbol.dispose]();
    this.#api?.close();
    await this.#proxies.close();
    this.#server.close();
    // Last, because its end tells the owner that all is done.
    for (const socket of this.#sockets) socket.end();
    this.#end();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#owner === socket) void this.#lose();
    });
    onLine(socket, (line) => {
      if (line === 'own') this.#take(socket);
      else if (line === 'close' && this.#owner === socket) void this.close();
      else socket.destroy();
    });
  }

  #take(socket: Socket): void {
    const place = this.#api?.address;
    if (this.#owner !== undefined || place === undefined) {
      socket.destroy();
      return;
    }
    this.#owner = socket;
    this.#firstOwner?.[Symbol.dispose]();
    this.#proxies.take();
    socket.write(`${JSON.stringify({ ...place, pid: process.pid })}\n`);
  }

  async #lose(): Promise<void> {
    this.#owner = undefined;
    this.#losses += 1;
    const loss = this.#losses;
    await this.#proxies.orphan();
    const taken = this.#owner !== undefined || this.#losses > loss;
    if (!taken) await this.close();
  }
}
