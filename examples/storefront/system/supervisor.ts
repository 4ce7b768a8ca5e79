// The supervisor: starts the storefront's processes, starts those again that end, and does what its owner orders. The
// kernel alone is not started again by itself: that is left to a playbook.
import { type FromSupervisor, fromSupervisor, type Order, order, supervisorSettings } from './messages.ts';
import { ServiceProcess } from './service-process.ts';

const { folder, workers, ports } = supervisorSettings.parse(JSON.parse(process.argv[2] ?? ''));

const tell = (news: FromSupervisor): void => {
  // The owner may be gone by now, and hears nothing any more.
  if (process.connected) process.send?.(fromSupervisor.parse(news), () => {});
};
const inFolder = `--folder=${folder}`;
let storeUrl = '';

const store = new ServiceProcess({
  name: 'store',
  file: 'store.ts',
  args: () => [inFolder],
  port: ports.store,
  restart: 'always',
  tell,
});
const queue = new ServiceProcess({
  name: 'queue',
  file: 'queue.ts',
  args: () => [inFolder],
  port: ports.queue,
  restart: 'always',
  tell,
});
const front = new ServiceProcess({
  name: 'front',
  file: 'front.ts',
  args: () => [inFolder, `--store=${storeUrl}`, `--queue=${queue.url}`],
  port: ports.front,
  restart: 'always',
  tell,
});
const kernel = new ServiceProcess({
  name: 'kernel',
  file: 'kernel.ts',
  args: () => [inFolder],
  restart: 'by order',
  tell,
});
const newsletter = new ServiceProcess({
  name: 'newsletter',
  file: 'newsletter.ts',
  args: () => [inFolder],
  restart: 'always',
  tell,
});
const services = new Map([store, queue, front, kernel, newsletter].map((one) => [one.name, one]));

function worker(number: number): ServiceProcess {
  const name = `worker-${number}`;
  const args = () => [inFolder, `--queue=${queue.url}`];
  return new ServiceProcess({ name, file: 'worker.ts', args, restart: 'always', tell });
}

const pool = (): ServiceProcess[] => [...services.values()].filter(({ name }) => name.startsWith('worker-'));

async function scale(to: number): Promise<void> {
  const now = pool();
  const surplus = now.slice(to);
  const fresh = Array.from({ length: Math.max(0, to - now.length) }, (_, index) => worker(now.length + index + 1));
  for (const { name } of surplus) services.delete(name);
  for (const one of fresh) services.set(one.name, one);
  await Promise.all([...surplus.map((one) => one.stop()), ...fresh.map((one) => one.start())]);
}

async function obey({ order: what, service, to = 0, store: url = storeUrl }: Order) {
  storeUrl = url;
  if (what === 'count') return pool().length;
  if (what === 'scale') {
    await scale(to);
    return pool().length;
  }
  const found = services.get(service);
  if (found === undefined) return null;
  if (what !== 'look') await found[what]();
  return await found.look();
}

process.on('message', (message) => {
  const given = order.parse(message);
  obey(given).then(
    (answer) => tell({ id: given.id, answer }),
    (error: unknown) => tell({ id: given.id, error: String(error) }),
  );
});
process.once('disconnect', async () => {
  await Promise.all([...services.values()].map((one) => one.stop()));
  process.exit();
});

// The front comes when its owner says where it finds the store.
await Promise.all([store.start(), queue.start()]);
await Promise.all([kernel.start(), newsletter.start(), scale(workers)]);
