import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ChaosEngine } from '../../engine/chaos-engine.ts';
import { messageOf } from '../../errors.ts';
import { nodeFlags } from '../../guardian/node-flags.ts';
import type { AnyFault, ChaosPlugin } from '../../plugin.ts';
import { pinned } from './rebuild.ts';
import { type VictimOrder, victimOrder } from './victim-order.ts';

// A process with an engine that injects one fault and is killed, or stops itself, at an exact step. Run by the
// conformance kit only.

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function reach(order: VictimOrder, point: string): void {
  if (order.how === 'none' || point !== order.at) return;
  say({ reached: point });
  process.kill(process.pid, order.how);
}

/** The injection as a request that outlives its sender: a process of its own makes it once this one is dead. */
function outlive(order: VictimOrder, undo: unknown): void {
  const entry = fileURLToPath(import.meta.url).replace(/victim\.(ts|js)$/, 'late-landing.$1');
  const late = spawn(process.execPath, [...nodeFlags(entry), entry, JSON.stringify({ ...order, undo })], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  late.stdout.once('data', () => {
    say({ reached: 'late' });
    process.kill(process.pid, 'SIGKILL');
  });
}

function wrapped(fault: AnyFault, order: VictimOrder): AnyFault {
  const around = async <Result>(verb: string, act: () => Promise<Result>): Promise<Result> => {
    reach(order, `${verb}:before`);
    const result = await act();
    reach(order, `${verb}:after`);
    return result;
  };
  // Inherits from the fault, so that a class instance keeps what its prototype has.
  const verbs: Pick<AnyFault, 'prepare' | 'inject' | 'revert' | 'observe'> = {
    prepare: (target, params, context) => around('prepare', () => fault.prepare(target, params, context)),
    inject: (target, params, undo, context) => {
      if (order.landsAfter === null) return around('inject', () => fault.inject(target, params, undo, context));
      outlive(order, undo);
      return new Promise(() => undefined);
    },
    revert: (undo, context) => around('revert', () => fault.revert(undo, context)),
    observe: (undo, context) => around('observe', () => fault.observe(undo, context)),
  };
  return Object.assign(Object.create(fault), verbs);
}

async function build(order: VictimOrder): Promise<ChaosPlugin> {
  const module: { default(options: unknown): ChaosPlugin } = await import(order.module);
  const plugin = module.default(order.options);
  const faults = plugin.faults.map((fault) => (fault.type === order.type ? wrapped(fault, order) : fault));
  return { ...pinned(plugin, order.target), faults };
}

const order = victimOrder.parse(JSON.parse(process.argv[2] ?? 'null'));
const engine = new ChaosEngine({
  plugins: [await build(order)],
  armed: true,
  state: order.state,
  lease: order.lease,
  guardian: 'process',
});
engine.on('*', (event) => {
  say({ event: event.type, data: event.data });
  reach(order, event.type);
});
await engine.start();
try {
  const step = { type: order.type, target: { [order.target.kind]: order.target.id }, params: order.params };
  const handle = await engine.inject(step);
  await handle.revert();
} catch (error) {
  say({ failed: messageOf(error) });
}
say({ phase: engine.status().phase });
await engine.close();
say({ closed: true });
