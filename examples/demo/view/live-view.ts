import type { AnyChaosEvent } from '@bridge/chaos-core';
import { Dashboard } from './dashboard.ts';
import { sparkline } from './sparkline.ts';
import type { Styles } from './style.ts';
import type { Chapter, View } from './view.ts';

const INTERVAL = 100;
/** Top of the latency sparkline, ms: the probe's time-out. */
const TOP_LATENCY = 1_000;
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_BELOW = '\u001B[J';

/** A panel that is drawn anew ten times a second below the lines that stay. */
export class LiveView implements View {
  readonly styles: Styles;
  readonly #stream: NodeJS.WriteStream;
  readonly #dashboard = new Dashboard();
  readonly #start = performance.now();
  readonly #timer: NodeJS.Timeout;
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream, styles: Styles) {
    this.#stream = stream;
    this.styles = styles;
    stream.write(HIDE_CURSOR);
    this.#timer = setInterval(() => this.#draw(), INTERVAL);
  }

  line(text: string): void {
    this.#stream.write(`${this.#erase()}${text}\n`);
  }

  chapter(chapter: Chapter): void {
    this.#dashboard.begin(chapter);
    this.line(`\n${this.styles.strong(`${chapter.number}/${chapter.of} ${chapter.title}`)}`);
  }

  event(event: AnyChaosEvent): void {
    this.#dashboard.take(event, performance.now());
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#stream.write(this.#erase());
  }

  [Symbol.dispose](): void {
    this.rest();
    this.#stream.write(SHOW_CURSOR);
  }

  #draw(): void {
    // A line that wraps would take two rows and be erased by half.
    const lines = this.#panel().map((line) => line.slice(0, this.#stream.columns - 1));
    this.#stream.write(`${this.#erase()}${lines.map((line) => `${this.styles.faint(line)}\n`).join('')}`);
    this.#drawn = lines.length;
  }

  #erase(): string {
    const up = this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A`;
    this.#drawn = 0;
    return `${up}\r${CLEAR_BELOW}`;
  }

  #panel(): string[] {
    const { phase, news, probe, seconds, faults } = this.#dashboard;
    const now = performance.now();
    const last = seconds.at(-1);
    const latency = last?.p95 == null ? '-' : `${Math.round(last.p95)} ms`;
    const failed = last === undefined ? '-' : `${Math.round(last.failed * 100)} %`;
    const latencies = sparkline(
      seconds.map(({ p95 }) => p95),
      TOP_LATENCY,
    );
    const failures = sparkline(
      seconds.map((second) => second.failed),
      1,
    );
    return [
      `  ${((now - this.#start) / 1000).toFixed(1)} s  phase ${phase}${news === '' ? '' : `, ${news}`}`,
      `  ${`${probe} p95`.padEnd(12)}${latency.padStart(8)}  ${latencies}`,
      `  ${'failed'.padEnd(12)}${failed.padStart(8)}  ${failures}`,
      ...[...faults.values()].map(({ type, target, until }) => `  ${type} on ${target}  ${countdown(until, now)}`),
    ];
  }
}

function countdown(until: number | null, now: number): string {
  return until === null ? '' : `${Math.max(0, (until - now) / 1000).toFixed(1)} s left`;
}
