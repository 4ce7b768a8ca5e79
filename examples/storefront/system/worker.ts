// A worker: takes orders from the queue one by one, prices them with the shop's own module, and has a label made by an
// external program. The module is loaded again when it changes; an order that cannot be worked on waits again.
import { execFile } from 'node:child_process';
import { appendFile, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { pathsIn } from './paths.ts';
import { endWithSupervisor, given } from './with-supervisor.ts';

const run = promisify(execFile);
const paths = pathsIn(given('folder'));
const queue = given('queue');
/** What an order takes at least, ms: two workers do some 80 a second. */
const WORK = 20;
const IDLE = 25;
/** After a failure it takes no order for so long, ms. */
const RECOVERY = 100;

const order = z.looseObject({ id: z.string(), amount: z.number(), unit: z.number() });
type Order = z.output<typeof order>;
const code = z.object({
  price: z.custom<(order: Order) => number>((value) => typeof value === 'function'),
  boxes: z.custom<(amount: number) => number>((value) => typeof value === 'function'),
});
let loaded: { readonly version: string; readonly code: z.output<typeof code> } | undefined;

async function currentCode(): Promise<z.output<typeof code>> {
  const files = [paths.pricing, paths.packing];
  const version = (await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))).join('-');
  if (loaded?.version !== version) {
    const modules = await Promise.all(files.map((file) => import(`${pathToFileURL(file).href}?${version}`)));
    loaded = { version, code: code.parse(Object.assign({}, ...modules)) };
  }
  return loaded.code;
}

async function work(): Promise<'worked' | 'idle'> {
  const { price, boxes } = await currentCode();
  const response = await fetch(`${queue}/take`, { method: 'POST' });
  if (response.status === 204) return 'idle';
  const taken = order.parse(await response.json());
  await setTimeout(WORK);
  const { stdout } = await run('label', [taken.id], { env: { PATH: paths.bin } });
  const result = { price: price(taken), boxes: boxes(taken.amount), label: stdout.trim() };
  await fetch(`${queue}/done`, { method: 'POST', body: JSON.stringify({ id: taken.id, result }) });
  await appendFile(paths.log, `${new Date().toISOString()} order ${taken.id} ${result.price}\n`);
  return 'worked';
}

endWithSupervisor();
process.send?.({ up: {} });
for (;;) {
  try {
    if ((await work()) === 'idle') await setTimeout(IDLE);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    await appendFile(paths.log, `${new Date().toISOString()} worker ${process.pid} failed: ${reason}\n`);
    await setTimeout(RECOVERY);
  }
}
