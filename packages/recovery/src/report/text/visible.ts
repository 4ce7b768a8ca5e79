/** Controls, and the invisible characters that turn the direction of text around or hide in it. */
const HIDDEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * Text of the outside world with every character that could fool a reader (controls, escape sequences, direction
 * overrides, halves of surrogate pairs) shown by its number: `‹U+202E›`. Line breaks and tabs become spaces. At most
 * `longest` characters, the last one then an ellipsis.
 */
export function visible(text: string, longest = 2_000): string {
  const shown = text
    .toWellFormed()
    .replaceAll(/[\t\n\r]+/g, ' ')
    .replaceAll(HIDDEN, (character) => `‹U+${hex(character)}›`);
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 1).toWellFormed()}…`;
}

/** The same for text of several lines, such as JSON: its line breaks stay. */
export function visibleLines(text: string, longest: number): string {
  const cut = text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
  return cut
    .split(/\r?\n/)
    .map((line) => visible(line, longest))
    .join('\n');
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
