import * as z from 'zod';
import { systemClock } from '../../clock.ts';
import type { ChaosPlugin } from '../../plugin.ts';
import { bareContext, faultOf } from './rebuild.ts';
import { victimOrder } from './victim-order.ts';

// A request that outlives the process that sent it: waits for the death of its parent, then for its delay, then makes
// the injection.

const order = victimOrder.extend({ undo: z.unknown() }).parse(JSON.parse(process.argv[2] ?? 'null'));
const module: { default(options: unknown): ChaosPlugin } = await import(order.module);
const fault = faultOf(module.default(order.options), order.type);
const params = fault.params.parse(order.params);

process.stdin.resume();
process.stdin.once('end', () => void land());
process.stdout.on('error', () => undefined);
process.stdout.write('ready\n');

async function land(): Promise<void> {
  await systemClock.sleep(order.landsAfter ?? 0);
  // Refused because its undo came first: that is as good as undone.
  await fault.inject(order.target, params, order.undo, bareContext(undefined, order.target)).catch(() => undefined);
  process.exit();
}
