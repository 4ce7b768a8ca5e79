import { type AnyChaosEvent, lineOf, systemClock } from '@bridge/chaos-core';
import { painter } from '../terminal/colour.ts';
import type { Io, Output } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { remark } from '../terminal/print.ts';
import { frame } from './frame.ts';
import { after, isChatter, NOTHING_YET, type Progress } from './progress.ts';

/** Shows a run while it goes. */
export interface RunView extends Disposable {
  show(event: AnyChaosEvent): void;
  /** Says something beside the picture, which stays whole. */
  remark(text: string): void;
}

const REDRAW = 200;

/** A picture that is drawn again in place on a terminal, else one line per event; nothing where only JSON is wanted. */
export function runView(io: Io, quiet: boolean): RunView {
  const { err, env } = io;
  if (!quiet && err.isTerminal && env['TERM'] !== 'dumb' && !env['CI']) return new LiveView(err);
  return {
    show: (event) => {
      if (!quiet && !isChatter(event)) err.write(`${event.time.slice(11, 19)} ${lineOf(event)}\n`);
    },
    remark: (text) => remark(io, text),
    [Symbol.dispose]: () => undefined,
  };
}

class LiveView implements RunView {
  readonly #output: Output;
  #progress: Progress = NOTHING_YET;
  #drawn = 0;
  #timer: Disposable;

  constructor(output: Output) {
    this.#output = output;
    this.#timer = systemClock.timer(REDRAW, () => this.#tick(), { ref: false });
  }

  show(event: AnyChaosEvent): void {
    this.#progress = after(this.#progress, event);
  }

  /** Above the picture. */
  remark(text: string): void {
    this.#output.write(`${this.#over()}${plainText(text)}\n`);
    this.#drawn = 0;
    this.#draw();
  }

  /** The last picture stays; what is written afterwards comes below it. */
  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#draw();
  }

  #tick(): void {
    this.#draw();
    this.#timer = systemClock.timer(REDRAW, () => this.#tick(), { ref: false });
  }

  #draw(): void {
    const { started } = this.#progress;
    const elapsed = started === null ? 0 : systemClock.now() - started;
    const lines = frame(this.#progress, { columns: this.#output.columns, elapsed, paint: painter(this.#output) });
    this.#output.write(`${this.#over()}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  /** To where the picture begins, with everything from there on cleared. What a person typed moved the cursor aside. */
  #over(): string {
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A`;
    return `\r${back}\u001b[J`;
  }
}
