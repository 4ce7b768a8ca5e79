import type { AnyChaosEvent } from '@bridge/chaos-core';
import { LiveView } from './live-view.ts';
import { PlainView } from './plain-view.ts';
import { type Styles, stylesFor } from './style.ts';

/** Which experiment of how many. */
export interface Chapter {
  readonly number: number;
  readonly of: number;
  readonly title: string;
  /** Fault type to how long it is held, ms. */
  readonly holds: Readonly<Record<string, number>>;
}

/** What the demo shows. */
export interface View extends Disposable {
  readonly styles: Styles;
  /** A line that stays. */
  line(text: string): void;
  chapter(chapter: Chapter): void;
  event(event: AnyChaosEvent): void;
  /** Nothing is live any more: only lines from here on. */
  rest(): void;
}

/** Live on a terminal, plain lines otherwise. */
export function openView(stream: NodeJS.WriteStream): View {
  const styles = stylesFor(stream);
  return stream.isTTY ? new LiveView(stream, styles) : new PlainView(stream, styles);
}
