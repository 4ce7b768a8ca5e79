import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import type { Completeness, SourceGap } from './report.ts';

interface Source {
  readonly service: string;
  readonly instance: string;
  readonly boot: string;
}

interface Count {
  readonly source: Source;
  /** All numbers below are there. Negative while no entry of the source was seen. */
  next: number;
  /** Where a hole begins while no entry was seen. */
  readonly lowest: number;
  /** Numbers from `next` on that came early. */
  readonly ahead: Set<number>;
  /** The highest number the source is known to have used. */
  highest: number;
}

/**
 * The end of an entry as this ledger writes it, with plain ASCII names: nothing but these members follows the data.
 * Others are parsed.
 */
const TAIL =
  /"source":\{"boot":"([ !#-[\]-~]*)","instance":"([ !#-[\]-~]*)","sequence":(\d+),"service":"([ !#-[\]-~]*)"\}(?:,"target":"(?:[^"\\]|\\.)*")?,"time":"[^"]*","type":"([^"\\]*)","v":1\}$/;

/** Enough for most tails, and more than the longest this ledger writes. */
const TAIL_LENGTHS = [320, 8_192];

/** Follows the numbers of every source. Memory grows with the number of sources and of entries that came out of order. */
export class SourceCounts {
  readonly #counts = new Map<string, Count>();
  /** False when the beginning of the log is not there. */
  readonly #fromStart: boolean;

  constructor(fromStart: boolean) {
    this.#fromStart = fromStart;
  }

  /** Takes an entry's bytes; returns its type. Reads the end only, unless the entry is of an unknown make. */
  entry(bytes: Buffer): string {
    const match = tailOf(bytes);
    if (match === undefined) return this.#parsed(bytes);
    const [, boot = '', instance = '', sequence = '', service = '', type = ''] = match;
    this.#seen({ service, instance, boot }, Number(sequence));
    if (type === LEDGER_EVENT.heartbeat || type === LEDGER_EVENT.sourceClosed) this.#claims(bytes);
    return type;
  }

  #parsed(bytes: Buffer): string {
    const { source, type } = JSON.parse(bytes.toString());
    this.#seen(source, source.sequence);
    if (type === LEDGER_EVENT.heartbeat || type === LEDGER_EVENT.sourceClosed) this.#claims(bytes);
    return type;
  }

  /** Heartbeats say how far their sources have counted, so that missing last entries show. */
  #claims(bytes: Buffer): void {
    const { data } = JSON.parse(bytes.toString());
    if (!Array.isArray(data.sources)) return;
    for (const claimed of data.sources) {
      const sequence = Number(claimed.sequence);
      // What was counted up to the first heartbeat that is left may have gone with the beginning of the log.
      const count = this.#count(claimed, this.#fromStart ? 1 : sequence + 1);
      count.highest = Math.max(count.highest, sequence);
    }
  }

  #count(source: Source, lowest = 1): Count {
    const key = `${source.service}\n${source.instance}\n${source.boot}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const count: Count = { source, next: -1, lowest, ahead: new Set(), highest: 0 };
    this.#counts.set(key, count);
    return count;
  }

  #seen(source: Source, sequence: number): void {
    const count = this.#count(source);
    if (count.next < 0) count.next = this.#fromStart ? Math.min(sequence, 1) : sequence;
    count.highest = Math.max(count.highest, sequence);
    if (sequence > count.next) count.ahead.add(sequence);
    else if (sequence === count.next) {
      count.next += 1;
      while (count.ahead.delete(count.next)) count.next += 1;
    }
  }

  completeness(): Completeness {
    const gaps = [...this.#counts.values()].flatMap(gapsOf);
    const verdict = gaps.length > 0 ? 'gaps' : this.#fromStart ? 'complete' : 'partial';
    return { verdict, sources: this.#counts.size, gaps };
  }
}

function tailOf(bytes: Buffer): RegExpExecArray | undefined {
  for (const length of TAIL_LENGTHS) {
    const match = TAIL.exec(bytes.toString('latin1', Math.max(0, bytes.length - length)));
    if (match !== null) return match;
  }
  return undefined;
}

function gapsOf({ source, next, lowest, ahead, highest }: Count): SourceGap[] {
  const gaps: SourceGap[] = [];
  let from = next < 0 ? lowest : next;
  for (const present of [...[...ahead].sort((a, b) => a - b), highest + 1]) {
    if (present > from) gaps.push({ ...source, from, to: present - 1 });
    from = present + 1;
  }
  return gaps;
}
