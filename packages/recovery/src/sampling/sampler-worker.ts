import { parentPort, workerData } from 'node:worker_threads';
import {
  ChaosError,
  isChaosError,
  type Logger,
  messageOf,
  type OpenProbe,
  type ProbeContext,
  type RecoveryProbe,
  type Sample,
} from '@bridge/chaos-core';
import { shiftedClock } from './monotonic.ts';
import { type OpenedProbe, OpenLoop } from './open-loop.ts';
import type { FromWorker, PortableError, ToWorker, WorkerOrder, WorkerProbe } from './worker-message.ts';

/** Samples travel in batches: at 2,000 a second one message each would cost more than the checks. */
const BATCH_MS = 20;

const port = parentPort;
if (port === null) throw new Error('this module is the entry of a worker thread');
const tell = (message: FromWorker): void => port.postMessage(message);

const said =
  (level: keyof Logger): Logger['info'] =>
  (data, message) =>
    tell({ kind: 'log', level, data, message });
const log: Logger = { debug: said('debug'), info: said('info'), warn: said('warn'), error: said('error') };

const { probes, offset }: WorkerOrder = workerData;
const clock = shiftedClock(offset);

class Outbox {
  #samples: Sample[] = [];
  #timer: Disposable | undefined;

  readonly put = (sample: Sample): void => {
    this.#samples.push(sample);
    this.#timer ??= clock.timer(BATCH_MS, () => this.flush());
  };

  flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#samples.length === 0) return;
    tell({ kind: 'samples', samples: this.#samples });
    this.#samples = [];
  }
}

async function implementation({ type, module }: WorkerProbe): Promise<RecoveryProbe> {
  const loaded: unknown = await import(module.url);
  const make: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined;
  const plugin: unknown = typeof make === 'function' ? make(module.options) : undefined;
  const found = isPlugin(plugin) ? plugin.probes.find((probe) => probe.type === type) : undefined;
  if (found !== undefined) return found;
  const expected = `expected the default export of ${module.url} to build a plugin with a probe "${type}"`;
  throw new ChaosError('CHAOS_PROBE_UNKNOWN', expected);
}

function isPlugin(value: unknown): value is { readonly probes: readonly RecoveryProbe[] } {
  return typeof value === 'object' && value !== null && 'probes' in value && Array.isArray(value.probes);
}

async function openProbe(probe: WorkerProbe, context: ProbeContext): Promise<OpenProbe> {
  const found = await implementation(probe);
  return found.open(await found.options.parseAsync(probe.options), context);
}

async function openAll(): Promise<OpenedProbe[]> {
  const results = await Promise.allSettled(probes.map((probe) => openProbe(probe, { clock, log })));
  const opened = results.flatMap((result, index): OpenedProbe[] => {
    const planned = probes[index]?.planned;
    return result.status === 'fulfilled' && planned !== undefined ? [{ planned, open: result.value }] : [];
  });
  const refused = results.find((result) => result.status === 'rejected');
  if (refused === undefined) return opened;
  await Promise.allSettled(opened.map(({ open }) => open.close()));
  throw refused.reason;
}

function portable(error: unknown): PortableError {
  if (!isChaosError(error)) return { message: messageOf(error) };
  return { message: error.message.replace(`${error.code}: `, ''), code: error.code, details: error.details };
}

const begun = Promise.withResolvers<void>();
const stopped = Promise.withResolvers<void>();
port.on('message', ({ kind }: ToWorker) => (kind === 'begin' ? begun : stopped).resolve());

try {
  const opened = await openAll();
  tell({ kind: 'opened' });
  await begun.promise;
  const outbox = new Outbox();
  const loop = new OpenLoop(opened, { clock, log, sink: outbox.put, waiting: 'spin' });
  await stopped.promise;
  const health = await loop.stop();
  outbox.flush();
  tell({ kind: 'stopped', health });
} catch (error) {
  tell({ kind: 'refused', error: portable(error) });
}
port.close();
