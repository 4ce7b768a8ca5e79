import type { Passed } from '../proxy/plane/connection.ts';

/** What is counted together, by the names under which it is shown. */
export interface TrafficLabels {
  readonly listener: string;
  readonly proxy: string;
  readonly upstream: string;
}

/** A connection as far as it is counted. */
interface Counted {
  readonly passed: Passed;
  readonly closed: Promise<void>;
}

interface Series {
  readonly labels: TrafficLabels;
  readonly live: Set<Counted>;
  /** Of the connections that have ended. */
  ended: Passed;
}

const NONE: Passed = { upstream: { received: 0, sent: 0 }, downstream: { received: 0, sent: 0 } };
const WAYS = ['downstream', 'upstream'] as const;
const METRICS = {
  received: ['toxiproxy_proxy_received_bytes_total', 'Bytes received by a proxy, by direction of the link.'],
  sent: ['toxiproxy_proxy_sent_bytes_total', 'Bytes sent by a proxy, by direction of the link.'],
} as const;

/** Bytes through the proxies of one server since its start, of those that are gone as well. */
export class Traffic {
  readonly #series = new Map<string, Series>();

  count(labels: TrafficLabels, connection: Counted): void {
    const series = this.#seriesOf(labels);
    series.live.add(connection);
    void connection.closed.then(() => {
      series.live.delete(connection);
      series.ended = sum(series.ended, connection.passed);
    });
  }

  /** In Prometheus' text format, version 0.0.4. */
  exposition(): string {
    const totals = [...this.#series]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { labels, live, ended }]) => ({
        labels,
        total: [...live].reduce((so, { passed }) => sum(so, passed), ended),
      }));
    const lines = (['received', 'sent'] as const).flatMap((side) => {
      const [name, help] = METRICS[side];
      const samples = totals.flatMap(({ labels, total }) =>
        WAYS.map((direction) => `${name}{${written({ direction, ...labels })}} ${total[direction][side]}`),
      );
      return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...samples];
    });
    return lines.map((line) => `${line}\n`).join('');
  }

  #seriesOf(labels: TrafficLabels): Series {
    const key = written(labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const fresh: Series = { labels, live: new Set(), ended: NONE };
    this.#series.set(key, fresh);
    return fresh;
  }
}

function sum(one: Passed, other: Passed): Passed {
  const way = (name: keyof Passed) => ({
    received: one[name].received + other[name].received,
    sent: one[name].sent + other[name].sent,
  });
  return { upstream: way('upstream'), downstream: way('downstream') };
}

function written(labels: object): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
