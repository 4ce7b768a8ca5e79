import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ChaosError, type DurationInput, freshSeed, milliseconds, systemClock } from '@bridge/chaos-core';
import * as z from 'zod';
import { formatAddress } from '../proxy/address.ts';
import { onLine } from '../proxy/control/lines.ts';
import { type Complain, entryModule, launch, started } from '../proxy/launch.ts';
import { TENURE_PATH, type Tenure } from './api/api-server.ts';
import { type HostOptions, startHost } from './host/host.ts';

export interface ToxiproxyServerOptions {
  /** Where the API listens. Default `127.0.0.1`; a proxy that names no host listens there, too. */
  readonly host?: string;
  /** Default 8474, as clients expect; 0 is any free port. */
  readonly port?: number;
  /**
   * What the proxies and the API run in.
   * - `child` (default): a process that outlives this one as a clean forwarder. A later `toxiproxyServer()` with the
   *   same host and port takes it over.
   * - `thread`: a worker thread, so that this event loop and the proxies do not disturb each other.
   * - `here`: this event loop.
   */
  readonly runsIn?: 'child' | 'thread' | 'here';
  /** Decides, with the names of proxy and toxic, which connections a toxic with `toxicity < 1` hits. Default: fresh. */
  readonly seed?: string | number;
  /** How long a forwarder goes on without an owner and without a connection. Default 60 s. */
  readonly linger?: DurationInput;
  /** Folder through which `proxies({ registry })` finds the proxies as targets. Default: nobody else does. */
  readonly registry?: string;
}

/** A server that Toxiproxy's clients can talk to. */
export interface ToxiproxyServer extends AsyncDisposable {
  /** What a client is given: `new Toxiproxy(server.url)`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The process that forwards. */
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly closed: Promise<void>;
  /** Closes the API, every proxy and every connection. Idempotent. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 8_474;

/**
 * Toxiproxy's HTTP API (2.12) over our fault proxies: its clients work unchanged. When this process dies, however it
 * dies, every toxic ends at once, disabled proxies are enabled, and forwarding goes on.
 *
 * Beyond Toxiproxy: `toxics` in `POST /proxies` and `/populate` stand before the first connection, and
 * `PUT /proxies/{name}/toxics` sets all toxics of a proxy in one turn.
 *
 * Throws `CHAOS_PROXY_CANNOT_START` when it cannot listen.
 */
export async function toxiproxyServer(options: ToxiproxyServerOptions = {}): Promise<ToxiproxyServer> {
  const host: HostOptions = {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? DEFAULT_PORT,
    seed: String(options.seed ?? freshSeed()),
    linger: milliseconds(options.linger ?? '60s'),
    ...(options.registry === undefined ? {} : { registry: resolve(options.registry) }),
  };
  const control = (await orphanAt(host)) ?? (await start(host, options.runsIn ?? 'child'));
  return await own(control, cannotStart(host));
}

async function start(options: HostOptions, runsIn: 'child' | 'thread' | 'here'): Promise<string> {
  const complain = cannotStart(options);
  if (runsIn === 'child') return await launch('../toxiproxy/host/main', options, complain);
  if (runsIn === 'thread') return await startThread(options, complain);
  try {
    return (await startHost(options, systemClock)).control;
  } catch (thrown) {
    throw complain(String(thrown), thrown);
  }
}

async function startThread(options: HostOptions, complain: Complain): Promise<string> {
  const module = entryModule('../toxiproxy/host/main');
  const execArgv = module.endsWith('.ts') ? ['-C', '@bridge/source'] : [];
  const thread = new Worker(module, { workerData: options, execArgv, name: 'chaos-toxiproxy' });
  const failed = once(thread, 'exit').then(([code]) => Promise.reject(complain(`the thread ended with ${code}`)));
  // Whoever loses the race fails later, when nobody asks any more.
  failed.catch(() => {});
  const [message] = await Promise.race([once(thread, 'message'), failed]);
  const answer = started.parse(message);
  if (!answer.started) throw complain(answer.reason);
  thread.unref();
  return answer.control;
}

const tenure = z.object({ owned: z.boolean(), control: z.string() }) satisfies z.ZodType<Tenure>;

/** The server of an owner that died, if it listens there. */
async function orphanAt(place: HostOptions): Promise<string | undefined> {
  if (place.port === 0) return undefined;
  const answer = await fetch(`http://${formatAddress(place)}${TENURE_PATH}`).catch(() => undefined);
  const read = tenure.safeParse(await answer?.json().catch(() => undefined));
  if (!read.success) return undefined;
  if (read.data.owned) throw cannotStart(place)('a server stands there and has an owner');
  return read.data.control;
}

const standing = z.object({ host: z.string(), port: z.number(), pid: z.number() });

async function own(control: string, complain: Complain): Promise<ToxiproxyServer> {
  const socket = connect({ path: control });
  const closed = new Promise<void>((done) => {
    socket.once('close', () => done());
  });
  // The reason of a broken connection reaches whoever waits through `closed`.
  socket.on('error', () => {});
  const answered = new Promise<string>((done) => {
    onLine(socket, done);
  });
  socket.write('own\n');
  const hungUp = closed.then(() => Promise.reject(complain('it hung up; another process may own it')));
  hungUp.catch(() => {});
  const place = standing.parse(JSON.parse(await Promise.race([answered, hungUp])));
  socket.unref();
  return ownedServer(place, socket, closed);
}

function ownedServer(place: z.output<typeof standing>, owner: Socket, closed: Promise<void>): ToxiproxyServer {
  const close = async (): Promise<void> => {
    if (!owner.destroyed) {
      // Whoever waits for the end must live to see it.
      owner.ref();
      owner.write('close\n');
    }
    await closed;
  };
  return { ...place, url: `http://${formatAddress(place)}`, closed, close, [Symbol.asyncDispose]: close };
}

function cannotStart(place: HostOptions): Complain {
  return (reason, cause) =>
    new ChaosError(
      'CHAOS_PROXY_CANNOT_START',
      `expected a Toxiproxy server to listen on ${formatAddress(place)}, but: ${reason}. Give it another port, or 0 for any`,
      cause === undefined ? {} : { cause },
    );
}
