import { visible } from '../text/visible.ts';

/** Text that is nothing but text in GitHub's Markdown: no markup, no HTML, no mathematics, no link, no mention. */
export function plain(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|~#$!>]/g, (character) => `\\${character}`)
    .replaceAll('://', ':&#8203;//')
    .replaceAll(/www\./gi, (www) => `${www.slice(0, 3)}&#8203;.`)
    .replaceAll('@', '&#64;&#8203;');
}

/** Text as code, fit for a table cell: nothing in it is markup or a mention. */
export function code(text: string): string {
  const shown = visible(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown === '' || longest > 0 || shown.startsWith(' ') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * The sections in their order, as many as fit into so many bytes; what was left out is said at the end. The first one is
 * always there.
 */
export function fitted(sections: readonly string[], limit: number): string {
  const note = '\n\n_The rest was left out to keep this summary within its limit; the JSON report has all of it._\n';
  const full = `${sections.join('\n\n')}\n`;
  if (Buffer.byteLength(full) <= limit) return full;
  const kept: string[] = [];
  let left = limit - Buffer.byteLength(note);
  for (const section of sections) {
    left -= Buffer.byteLength(section) + 2;
    if (left < 0) break;
    kept.push(section);
  }
  return `${kept.join('\n\n')}${note}`;
}
