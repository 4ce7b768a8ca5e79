import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { proxy } from '@bridge/chaos-injectors';
import type { ScaleControl, ServiceControl } from '@bridge/chaos-recovery';
import * as z from 'zod';
import { scaleControl, serviceControl } from './controls.ts';
import { layOut } from './lay-out.ts';
import { pathsIn, type StorefrontPaths } from './paths.ts';
import { type Running, SupervisorClient } from './supervisor-client.ts';

export interface StorefrontOptions {
  /** Where its files lie; made when it is not there. Its content is written anew at each start. */
  readonly folder: string;
  /** Ports of the loopback address; 0 for a free one. Default 0. */
  readonly ports?: { readonly front?: number; readonly queue?: number; readonly store?: number };
  /** Workers at the start. Default 2. */
  readonly workers?: number;
  /**
   * Fault proxies between customers and the front (`<name>-shop`) and between front and store (`<name>-store`).
   * Default: name `storefront`; false: none.
   */
  readonly proxies?: { readonly name: string } | false;
}

type ServiceName = 'front' | 'store' | 'queue' | 'kernel' | 'newsletter' | `worker-${number}`;

/** A small shop of real processes on this machine. */
export interface Storefront extends AsyncDisposable {
  /** Canonical path of the folder. */
  readonly folder: string;
  readonly paths: StorefrontPaths;
  /** What customers call: through the proxy where there is one. GET /health, /products; POST /orders; GET /orders/:id. */
  readonly shop: string;
  /** The front itself. */
  readonly front: string;
  /** The work queue. GET /depth; POST /messages; GET and DELETE /messages/:id. */
  readonly queue: string;
  readonly store: string;
  /** Names of the fault proxies, and the folder through which other processes find them. */
  readonly proxies: { readonly shop: string; readonly store: string; readonly registry: string } | null;
  /** The process that is this service now. Throws while there is none. */
  pid(service: ServiceName): number;
  isRunning(service: ServiceName): boolean;
  /** Selects a service for a fault, whatever its incarnation: `target: { process: system.process('kernel') }`. */
  process(service: 'front' | 'store' | 'queue' | 'kernel' | 'newsletter' | 'worker'): {
    readonly commandMatches: string;
  };
  /** Pids of everything that runs now, the supervisor first. */
  readonly pids: readonly number[];
  /** For playbooks: every service by name. */
  readonly services: ServiceControl;
  /** For playbooks: the pool `workers`. */
  readonly workers: ScaleControl;
  /** Undoes what playbooks leave on purpose: everything that stands still goes on, and as many workers as at the start. */
  reset(): Promise<void>;
  /** Messages that wait. */
  depth(): Promise<number>;
  /** Ends every process. Idempotent; the folder stays. */
  stop(): Promise<void>;
}

/** JSON Schema (draft 2020-12) of what `/products` answers. */
export const PRODUCTS_SCHEMA = {
  type: 'object',
  required: ['products'],
  properties: {
    products: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['id', 'name', 'price', 'stock', 'currency'],
        properties: {
          id: { type: 'string' },
          name: { type: 'string' },
          price: { type: 'number', minimum: 0 },
          stock: { type: 'integer' },
          currency: { type: 'string' },
        },
      },
    },
  },
};

/**
 * Starts the storefront; resolves once every part of it works. It ends with the process that started it, however that
 * one ends. Linux only.
 */
export async function startStorefront(options: StorefrontOptions): Promise<Storefront> {
  const { ports: { front = 0, queue = 0, store = 0 } = {}, workers = 2 } = options;
  const { proxies = { name: 'storefront' } } = options;
  await mkdir(options.folder, { recursive: true });
  const folder = await realpath(options.folder);
  const paths = pathsIn(folder);
  await layOut(paths);
  await using started = new AsyncDisposableStack();
  const supervisor = started.use(new SupervisorClient({ folder, workers, ports: { front, queue, store } }));
  await supervisor.untilRunning(['store', 'queue']);
  const registry = join(folder, 'proxies');
  const between = async (name: string, service: string): Promise<string> => {
    if (proxies === false) return urlOf(supervisor, service);
    const upstream = portOf(supervisor, service);
    const { port } = started.use(
      await proxy({ name: `${proxies.name}-${name}`, upstream, registry, http: true, linger: '2s' }),
    );
    return `http://127.0.0.1:${port}`;
  };
  await supervisor.order('start', 'front', { store: await between('store', 'store') });
  const shop = await between('shop', 'front');
  await supervisor.untilRunning(['kernel', 'newsletter', ...workerNames(workers)]);
  const running = started.move();
  const stop = (): Promise<void> => running.disposeAsync();
  return {
    folder,
    paths,
    shop,
    front: urlOf(supervisor, 'front'),
    queue: urlOf(supervisor, 'queue'),
    store: urlOf(supervisor, 'store'),
    proxies: proxies === false ? null : { shop: `${proxies.name}-shop`, store: `${proxies.name}-store`, registry },
    pid: (service) => runningService(supervisor, service).pid,
    isRunning: (service) => supervisor.running.has(service),
    process: (service) => ({ commandMatches: `system/${service}\\.ts --folder=${escaped(folder)}( --|$)` }),
    get pids() {
      return [supervisor.pid, ...[...supervisor.running.values()].map(({ pid }) => pid)];
    },
    services: serviceControl(supervisor),
    workers: scaleControl(supervisor),
    depth: async () => depth.parse(await (await fetch(`${urlOf(supervisor, 'queue')}/depth`)).json()).depth,
    async reset() {
      await supervisor.order('scale', 'workers', { to: workers });
      for (const name of [...supervisor.running.keys()]) await supervisor.order('resume', name);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const depth = z.object({ depth: z.number() });

function workerNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `worker-${index + 1}`);
}

function runningService(supervisor: SupervisorClient, service: string): Running {
  const found = supervisor.running.get(service);
  if (found === undefined) throw new Error(`expected ${service} to run`);
  return found;
}

function portOf(supervisor: SupervisorClient, service: string): number {
  const { port } = runningService(supervisor, service);
  if (port === null) throw new Error(`expected ${service} to listen`);
  return port;
}

function urlOf(supervisor: SupervisorClient, service: string): string {
  return `http://127.0.0.1:${portOf(supervisor, service)}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w/-]/g, '\\$&');
}
