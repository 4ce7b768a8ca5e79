import { seededRandom, silentLogger, systemClock } from '../../packages/core/src/index.ts';
import { proxies, proxy } from '../../packages/injectors/src/index.ts';
import type { BenchFault, Contender } from './contender.ts';

const context = {
  signal: new AbortController().signal,
  clock: systemClock,
  random: seededRandom(1),
  log: silentLogger,
};

export async function ourProxy(upstream: number, where: 'child' | 'in process'): Promise<Contender> {
  const name = `bench ${where}`;
  const db = await proxy(where === 'child' ? { name, upstream } : { name, upstream, inProcess: true });
  return {
    name: where === 'child' ? 'fault proxy' : 'fault proxy, in process',
    port: db.port,
    ...(where === 'child' ? { pid: db.pid } : {}),
    inject: (fault) => inject(name, fault),
    [Symbol.asyncDispose]: () => db.close(),
  };
}

async function inject(name: string, fault: BenchFault): Promise<AsyncDisposable> {
  const plugin = proxies();
  const [target] = await plugin.targets[0].find(name, context);
  if (target === undefined) throw new Error(`no proxy ${name}`);
  const [latency, bandwidth] = plugin.faults;
  if (fault.kind === 'latency') {
    const params = latency.params.parse({ delay: fault.milliseconds, direction: 'downstream' });
    const undo = await latency.prepare(target, params, context);
    await latency.inject(target, params, undo, context);
    return { [Symbol.asyncDispose]: () => latency.revert(undo, context) };
  }
  const params = bandwidth.params.parse({ rate: `${fault.megabytesPerSecond}MB/s`, direction: 'downstream' });
  const undo = await bandwidth.prepare(target, params, context);
  await bandwidth.inject(target, params, undo, context);
  return { [Symbol.asyncDispose]: () => bandwidth.revert(undo, context) };
}
