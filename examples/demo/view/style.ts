import { styleText } from 'node:util';

export type Style = (text: string) => string;

/** Colours for a terminal; none without one, and none when NO_COLOR is set (https://no-color.org). */
export interface Styles {
  readonly good: Style;
  readonly bad: Style;
  readonly strong: Style;
  readonly faint: Style;
}

export function stylesFor(stream: NodeJS.WriteStream): Styles {
  const style =
    (format: Parameters<typeof styleText>[0]): Style =>
    (text) =>
      styleText(format, text, { stream });
  return { good: style('green'), bad: style('red'), strong: style('bold'), faint: style('dim') };
}
