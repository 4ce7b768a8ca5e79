import dns from 'node:dns';
import { isIP } from 'node:net';
import type { Random } from '@bridge/chaos-core';
import { drawn } from '../delay.ts';
import type { Delays } from '../delays.ts';
import { type Callable, patchModule } from '../patch.ts';
import { networkError } from '../real-error.ts';
import { requestContext } from '../request/request-context.ts';
import { type Entries, Seam } from '../seam.ts';
import { SentinelReply } from '../sentinel.ts';
import type { DnsEffect } from './effect.ts';

/** One live fault on name lookups. */
export interface LookupEntry {
  readonly id: string;
  readonly effect: DnsEffect;
  readonly delays: Delays;
  readonly random: Random;
  /** Whether this lookup is hit. Counts it. */
  hits(name: string): boolean;
}

type Fate =
  | { readonly kind: 'fail'; readonly error: Error }
  | { readonly kind: 'delay'; readonly by: number; readonly delays: Delays }
  | { readonly kind: 'answer'; readonly address: string };

/** `dns.lookup` and `dns.promises.lookup`, which `net`, `fetch` and every driver resolve names with. */
export const lookupSeam = new Seam<LookupEntry>((entries) =>
  patchModule([
    { object: dns, methods: { lookup: (own, self, args) => calledBack(entries, own, self, args) } },
    { object: dns.promises, methods: { lookup: (own, self, args) => promised(entries, own, self, args) } },
  ]),
);

/** The first fault that hits decides. */
function fateOf({ list }: Entries<LookupEntry>, name: unknown): Fate | undefined {
  const sentinel = requestContext.getStore()?.sentinel;
  if (sentinel !== undefined) {
    return list.some(({ id }) => id === sentinel) ? { kind: 'fail', error: new SentinelReply(sentinel) } : undefined;
  }
  const hit = list.find((entry) => typeof name === 'string' && entry.hits(name));
  if (hit === undefined) return undefined;
  const { effect, delays, random } = hit;
  if (effect.kind === 'fail') return { kind: 'fail', error: networkError(effect.code, { host: String(name) }) };
  return effect.kind === 'delay' ? { kind: 'delay', by: drawn(effect, random), delays } : effect;
}

function calledBack(entries: Entries<LookupEntry>, own: Callable, self: unknown, args: readonly unknown[]): unknown {
  const [name, options] = args;
  const callback = args.at(-1);
  const fate = typeof callback === 'function' ? fateOf(entries, name) : undefined;
  if (fate === undefined || typeof callback !== 'function') return Reflect.apply(own, self, args);
  if (fate.kind === 'delay') fate.delays.after(fate.by, () => void Reflect.apply(own, self, args));
  else if (fate.kind === 'fail') process.nextTick(() => callback(fate.error));
  else if (wantsAll(options)) process.nextTick(() => callback(null, [answered(fate.address)]));
  else process.nextTick(() => callback(null, fate.address, isIP(fate.address)));
  return {};
}

async function promised(entries: Entries<LookupEntry>, own: Callable, self: unknown, args: readonly unknown[]) {
  const [name, options] = args;
  const fate = fateOf(entries, name);
  if (fate?.kind === 'fail') throw fate.error;
  if (fate?.kind === 'answer') return wantsAll(options) ? [answered(fate.address)] : answered(fate.address);
  if (fate?.kind === 'delay') await fate.delays.wait(fate.by);
  return await Reflect.apply(own, self, args);
}

function answered(address: string): { readonly address: string; readonly family: number } {
  return { address, family: isIP(address) };
}

function wantsAll(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'all' in options && options.all === true;
}
