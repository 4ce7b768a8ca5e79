import { PROGRAMS } from '../kernel/abilities.ts';
import { type Arrangement, chainName, handleOf, inboundDevice } from './arrangement.ts';
import { allRulesIn, type NetnsLook } from './netns-look.ts';
import { sectionsOf } from './sections.ts';

/**
 * Whether anything of the fault acts on packets: a chain of ours that is hung in and not over, and what it sends packets
 * to. Rules whose queue nobody serves, or whose end time has passed, let every packet through; without its proxy a fault
 * of that kind is another one than was asked for.
 *
 * @throws ChaosError `CHAOS_FAULT_FAILED` when a table that the fault has rules in was not seen to its end.
 */
export function acts(look: NetnsLook, arrangement: Arrangement, fault: string): boolean {
  const rules = new Map(sectionsOf(arrangement).map((section) => [section.family, allRulesIn(look, section)]));
  const { chains, queue, shape, relay, inbound } = arrangement;
  if (relay !== undefined && !look.relays.includes(fault)) return false;
  if (queue !== undefined && !look.queues.includes(queue.number)) return false;
  if (shape !== undefined && !look.qdiscs.some((line) => line.includes(` ${handleOf(fault)}: `))) return false;
  if (inbound !== undefined) {
    if (!look.inbounds.has(inboundDevice(fault))) return false;
    if (chains.length === 0) return true;
  }
  return chains.some((chain) => {
    const lines = rules.get(chain.family) ?? [];
    const name = chainName(fault, chain);
    return lines.some((line) => line.endsWith(`-j ${name}`)) && !isOver(lines, name, look.date);
  });
}

function isOver(lines: readonly string[], name: string, date: number): boolean {
  const guard = lines.find((line) => line.includes(`-A ${name} -m time --datestart `));
  const [, start] = /--datestart (\S+)/.exec(guard ?? '') ?? [];
  return start !== undefined && Date.parse(`${start}Z`) / 1000 <= date;
}

/** Packets that came through the fault's chains, and those that a rule there acted on. */
export function counted(look: NetnsLook, { backend, chains, lapses, inbound }: Arrangement, fault: string) {
  if (look.stats !== undefined) return { eligible: look.stats[0], injected: look.stats[1] };
  if (inbound !== undefined && chains.length === 0) {
    const led = look.inbounds.get(inboundDevice(fault)) ?? 0;
    return { eligible: led, injected: led };
  }
  const packets = (line: string): number => Number(/^\[(\d+):/.exec(line)?.[1] ?? 0);
  const names = new Set(chains.map((chain) => `${PROGRAMS[backend]} ${chain.family}|${chainName(fault, chain)}`));
  let eligible = 0;
  let injected = 0;
  for (const name of names) {
    const [title = '', chain = ''] = name.split('|');
    const lines = look.tables.get(title) ?? [];
    eligible += sum(lines.filter((line) => line.endsWith(`-j ${chain}`)).map(packets));
    const rules = lines.filter((line) => line.includes(`] -A ${chain} `)).slice(lapses ? 1 : 0);
    injected += sum(rules.filter((line) => !line.endsWith('-j RETURN')).map(packets));
  }
  return { eligible, injected };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
