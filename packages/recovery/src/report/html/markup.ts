import { visible } from '../text/visible.ts';

/** A piece of HTML or SVG that is safe as it stands: made by {@link html}, or of numbers and constants. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What can stand in a piece of markup: text is escaped, markup is not, lists are joined, null is nothing. */
export type Content = string | number | Markup | null | readonly Content[];

/** Puts together markup; whatever is filled in is escaped, in text and within quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const parts = strings.map((string, index) => string + textOf(values[index] ?? null));
  return new Markup(parts.join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function textOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escapeText(visible(content));
  return content.map(textOf).join('');
}

/** Text whose line breaks count, for `<pre>`; made visible already. */
export function preformatted(text: string): Markup {
  return new Markup(escapeText(text));
}

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
