import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AnyFault, ChaosEngine, type ChaosPlugin, messageOf } from '@bridge/chaos-core';
import { containers, processes, proxies } from '@bridge/chaos-injectors';
import { monotonic } from '../world/monotonic.ts';
import { birth, type Order, order, type Said } from './order.ts';

// A host with an engine and a guardian that stand by; it is told what to inject and where to die.

/** Longest wait for a blow from outside, ms. */
const STAND_STILL = 60_000;

let orders: Order | undefined;
let doing = 'nothing';

/** Written before the next instruction, which may be the last. */
function say(line: Said): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function strike({ signal, guardianToo }: Order): void {
  const { pid } = engine.status().guardian;
  say({ say: 'struck', at: monotonic(), doing });
  if (guardianToo && pid !== null) process.kill(pid, 'SIGKILL');
  if (signal === 'none') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STAND_STILL);
  else process.kill(process.pid, signal);
}

function reach(step: string): void {
  if (orders?.strike.when === 'step' && orders.strike.step === step) strike(orders);
}

/** The life of a fault begins with its first verb: what comes before touches nothing. */
let began: number | undefined;

function begin(): void {
  began = monotonic();
  if (orders?.strike.when === 'time') setTimeout(() => orders !== undefined && strike(orders), orders.strike.after);
}

async function around<Result>(verb: string, act: () => Promise<Result>): Promise<Result> {
  if (began === undefined) begin();
  doing = `before ${verb}`;
  reach(`${verb}:before`);
  doing = verb;
  const result = await act();
  doing = `after ${verb}`;
  reach(`${verb}:after`);
  return result;
}

function watched(fault: AnyFault): AnyFault {
  const verbs: Pick<AnyFault, 'prepare' | 'inject' | 'revert' | 'observe'> = {
    prepare: (target, params, context) => around('prepare', () => fault.prepare(target, params, context)),
    inject: (target, params, undo, context) => around('inject', () => fault.inject(target, params, undo, context)),
    revert: (undo, context) => around('revert', () => fault.revert(undo, context)),
    observe: (undo, context) => around('observe', () => fault.observe(undo, context)),
  };
  return Object.assign(Object.create(fault), verbs);
}

function withWatchedFaults(plugin: ChaosPlugin): ChaosPlugin {
  return { ...plugin, faults: plugin.faults.map(watched) };
}

async function live({ type, target, params }: Order): Promise<void> {
  const fault = await engine.inject({ type, target, params });
  await fault.revert();
  doing = 'nothing';
  say({ say: 'done', took: monotonic() - (began ?? 0) });
}

const { state, registry, lease, guardian, order: first } = birth.parse(JSON.parse(process.argv[2] ?? 'null'));
const engine = new ChaosEngine({
  plugins: [containers(), processes(), proxies({ registry })].map(withWatchedFaults),
  armed: true,
  state,
  lease,
  guardian,
  safety: { maxShareOfGroup: 1 },
});
engine.on('*', ({ type }) => reach(type));
await engine.start();
say({ say: 'ready', guardian: engine.status().guardian.pid ?? 0 });

function take(next: Order): void {
  orders = next;
  live(next).catch((error: unknown) => say({ say: 'failed', reason: messageOf(error) }));
}

if (first !== undefined) take(first);
createInterface({ input: process.stdin }).on('line', (line) => take(order.parse(JSON.parse(line))));
