import { ChaosError, type Json } from '@bridge/chaos-core';
import type { Arrangement } from './arrangement.ts';
import { type Section, sectionsOf } from './sections.ts';

/** What a helper saw in a network namespace. */
export interface NetnsLook {
  /** Lines of `iptables-save -c` by program and family, as far as they could be listed. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
  /** Why some could not be listed to their end: what else is in them is unknown. */
  readonly unlisted: ReadonlyMap<string, string>;
  /** Numbers of the queues that a program serves. */
  readonly queues: readonly number[];
  /** Marks of the faults whose proxy takes connections. */
  readonly relays: readonly string[];
  /** Devices of faults that arriving packets are led through, and how many came. */
  readonly inbounds: ReadonlyMap<string, number>;
  /** Lines of `tc qdisc show`. */
  readonly qdiscs: readonly string[];
  /** Seconds since the epoch on that kernel. */
  readonly date: number;
  /** Packets seen and hit by the packet queue, where one was asked for. */
  readonly stats: readonly [number, number] | undefined;
}

const UNLISTED = 'unlisted ';

export function netnsLook(text: string): NetnsLook {
  const sections = new Map(
    text
      .split('\u001d')
      .slice(1)
      .map((section) => {
        const [title = '', ...lines] = section.split('\n');
        return [title, lines.filter((line) => line !== '')] as const;
      }),
  );
  const lines = (title: string): readonly string[] => sections.get(title) ?? [];
  const tables = new Map([...sections].filter(([title]) => title.startsWith('xtables')));
  const unlisted = new Map(
    [...sections]
      .filter(([title]) => title.startsWith(UNLISTED))
      .map(([title, why]) => [title.slice(UNLISTED.length), why.join(' ')]),
  );
  const [seen, hit] = (lines('stats')[0] ?? '').split(' ');
  return {
    tables,
    unlisted,
    queues: lines('queues').map((line) => Number.parseInt(line.trim(), 10)),
    relays: lines('relays'),
    inbounds: new Map(lines('inbounds').map(inboundOf)),
    qdiscs: lines('qdiscs'),
    date: Number(lines('date')[0]),
    stats: seen === undefined || hit === undefined ? undefined : [Number(seen), Number(hit)],
  };
}

/**
 * The rules of one back end and family, as far as they could be listed.
 *
 * @throws ChaosError `CHAOS_FAULT_FAILED` when nothing is known of them: rules that nobody saw are not absent.
 */
function rulesIn({ tables, unlisted }: NetnsLook, { program, family }: Section): readonly string[] {
  const title = `${program} ${family}`;
  const lines = tables.get(title);
  if (lines !== undefined) return lines;
  throw unseen(title, unlisted.get(title) ?? 'the helper image lacks that program');
}

/**
 * The same, with every rule of the section's own tables.
 *
 * @throws ChaosError `CHAOS_FAULT_FAILED` when one of these tables was not seen to its end.
 */
export function allRulesIn(look: NetnsLook, section: Section): readonly string[] {
  const lines = rulesIn(look, section);
  const title = `${section.program} ${section.family}`;
  const why = look.unlisted.get(title);
  if (why === undefined || section.tables.every((table) => hasWhole(lines, table))) return lines;
  throw unseen(title, why);
}

function hasWhole(lines: readonly string[], table: string): boolean {
  const start = lines.indexOf(`*${table}`);
  return start !== -1 && lines.includes('COMMIT', start);
}

function unseen(title: string, why: string): ChaosError {
  return new ChaosError('CHAOS_FAULT_FAILED', `expected the rules of ${title} to be listed, got: ${why}`);
}

/**
 * What must be the same before and after the fault of this tag: every rule, chain, policy and queue except those of
 * other live faults of ours, without counters. Empty built-in chains count as nothing: the kernel keeps them for ever
 * once a table was used. Docker's resolver has other ports whenever the engine restarts, so its own rules do too.
 *
 * @throws ChaosError `CHAOS_FAULT_FAILED` when nothing could be listed where the fault has rules.
 */
export function foreignState(look: NetnsLook, arrangement: Arrangement, fault: string): Json {
  for (const section of sectionsOf(arrangement)) rulesIn(look, section);
  const { tables, qdiscs } = look;
  const rules = [...tables].flatMap(([title, lines]) => {
    let table = '';
    return lines.flatMap((line) => {
      if (line.startsWith('*')) table = line;
      const plain = line.replace(/^\[\d+:\d+\] /, '').replace(/ \[\d+:\d+\]$/, '');
      const isOthers = plain.includes('CHAOS_') && !plain.includes(`CHAOS_${fault}`);
      if (isOthers || /^(?:#|COMMIT|\*)/.test(plain) || /^:\S+ ACCEPT$/.test(plain)) return [];
      if (plain.startsWith('-A DOCKER_')) return [];
      return [`${title} ${table} ${plain}`];
    });
  });
  // A handle of 0 is the kernel's own default; 5c… is ours and looked at by its fault.
  const queues = foreignQueues(qdiscs).filter((line) => !/^qdisc \S+ (?:0|5c[0-9a-f]{0,2}):/.test(line));
  return { rules, queues };
}

function inboundOf(line: string): readonly [name: string, packets: number] {
  const [name = '', packets] = line.split(' ');
  return [name, Number(packets)];
}

/** Queues without those by which a fault of ours leads arriving packets through its own device. */
export function foreignQueues(qdiscs: readonly string[]): readonly string[] {
  const isLed = qdiscs.some((line) => / dev cifb/.test(line));
  return isLed ? qdiscs.filter((line) => !/ dev cifb|^qdisc ingress /.test(line)) : qdiscs;
}
