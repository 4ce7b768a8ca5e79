import * as z from 'zod';

/** A word of a rule or command. The list of what it may hold is the last line against anything posing as syntax. */
const word = z.string().regex(/^[A-Za-z0-9!:.,/_%=*-]+$/);
const words = z.array(word).min(1);

const hook = z.enum(['INPUT', 'OUTPUT', 'POSTROUTING', 'PREROUTING']);

/** One chain of ours and where it hangs. */
export const chain = z.object({
  family: z.enum(['iptables', 'ip6tables']),
  table: z.enum(['filter', 'mangle', 'nat']),
  hook,
  /** Whether packets on the loopback device pass through it too. */
  loopback: z.boolean(),
  rules: z.array(words).min(1),
});
export type Chain = z.output<typeof chain>;
export type Hook = z.output<typeof hook>;

/** All that a fault puts into a target's network namespace: enough to make, see, keep and undo it. */
export const arrangement = z.object({
  backend: z.enum(['nft', 'legacy']),
  /** Rules carry an end time after which the kernel ignores them. */
  lapses: z.boolean(),
  chains: z.array(chain),
  /** Parameters of the class, and of the netem queue below it. */
  shape: z.object({ class: words, netem: words.optional() }).optional(),
  /** Parameters of the class of a device that arriving packets are led through, and filters of `tc` for which. */
  inbound: z.object({ class: words, filters: z.array(words).min(1) }).optional(),
  /** Filters of `ss -K`: open connections that are cut once, right after the rules are in place. */
  sever: z.array(z.array(z.string().regex(/^[A-Za-z0-9.:/[\]()=<>]+$/))).optional(),
  queue: z.object({ number: z.int().min(1).max(65_535), settings: z.array(word), raw: z.boolean() }).optional(),
  /** The proxy that redirected connections are sent to. */
  relay: z.object({ port: z.int().min(1).max(65_535), settings: z.array(word) }).optional(),
});
export type Arrangement = z.output<typeof arrangement>;

/** Mark of one injected fault: part of the names of its chains, queues and comments. Twelve hex digits. */
export const tag = z.string().regex(/^[0-9a-f]{12}$/);

/** Handle of the target's own queue; `tc` prints it without leading zeros, hence the fixed first digits. */
export function handleOf(fault: string): string {
  return `5c${fault.slice(0, 2)}`;
}

export function queueNumberOf(fault: string): number {
  return 1 + (Number.parseInt(fault.slice(2, 6), 16) % 65_000);
}

/** Name of the device that a fault leads arriving packets through; a device's name has at most 15 characters. */
export function inboundDevice(fault: string): string {
  return `cifb${fault.slice(0, 10)}`;
}

/** Above the ports that Linux gives out by itself (32768 to 60999). */
export function relayPortOf(fault: string): number {
  return 61_001 + (Number.parseInt(fault.slice(2, 6), 16) % 4_000);
}

/** Whether packets pass this hook on their way in. */
export function isArriving(at: Hook): boolean {
  return at === 'INPUT' || at === 'PREROUTING';
}

export function chainName(fault: string, { hook }: Pick<Chain, 'hook'>): string {
  return `CHAOS_${fault}_${hook[0]}`;
}
