import { type AnyChaosEvent, type ChaosEventType, lineOf } from '@bridge/chaos-core';
import type { Styles } from './style.ts';
import type { Chapter, View } from './view.ts';

const SHOWN: ReadonlySet<ChaosEventType> = new Set([
  'engine:started',
  'engine:degraded',
  'guardian:armed',
  'run:phase',
  'fault:intended',
  'fault:effective',
  'fault:spent',
  'fault:reverted',
  'fault:gone',
  'fault:leaked',
  'guard:refused',
  'probe:changed',
  'probe:second',
  'host:signal',
]);

/** One line per event, with the seconds since the start. */
export class PlainView implements View {
  readonly styles: Styles;
  readonly #stream: NodeJS.WritableStream;
  readonly #start = performance.now();

  constructor(stream: NodeJS.WritableStream, styles: Styles) {
    this.#stream = stream;
    this.styles = styles;
  }

  line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  chapter({ number, of, title }: Chapter): void {
    this.line(`\n${number}/${of} ${title}`);
  }

  event(event: AnyChaosEvent): void {
    if (!SHOWN.has(event.type)) return;
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1).padStart(5);
    this.line(`${seconds} s  ${lineOf(event)}`);
  }

  rest(): void {}

  [Symbol.dispose](): void {}
}
