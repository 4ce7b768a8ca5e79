import { type AnyChaosEvent, lineOf, systemClock } from '@bridge/chaos-core';
import { painter } from '../terminal/colour.ts';
import type { Io, Output } from '../terminal/io.ts';
import { frame } from './frame.ts';
import { after, isChatter, NOTHING_YET, type Progress } from './progress.ts';

/** Shows a run while it goes. */
export interface RunView extends Disposable {
  show(event: AnyChaosEvent): void;
}

const REDRAW = 200;

/** A picture that is drawn again in place on a terminal, else one line per event; nothing where only JSON is wanted. */
export function runView({ err, env }: Io, quiet: boolean): RunView {
  if (quiet) return { show: () => undefined, [Symbol.dispose]: () => undefined };
  return err.isTerminal && env['TERM'] !== 'dumb' && !env['CI'] ? new LiveView(err) : lineView(err);
}

function lineView(output: Output): RunView {
  return {
    show: (event) => {
      if (!isChatter(event)) output.write(`${event.time.slice(11, 19)} ${lineOf(event)}\n`);
    },
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
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A`;
    this.#output.write(`${back}\u001b[J${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }
}
