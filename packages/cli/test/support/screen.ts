const ESCAPE = String.fromCharCode(27);
/** A whole sequence, one that is not of the usual form, or a character. */
const TOKEN = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]|${ESCAPE}.?|[^${ESCAPE}]`, 'gsu');
const SEQUENCE = /\[([\d;?]*)([A-Za-z])$/;

/**
 * What a terminal shows after these bytes: as much of one as the live view uses. Moving up, clearing to the end, colours;
 * throws for any other sequence, so that nothing passes unseen.
 */
export function screenOf(bytes: string): readonly string[] {
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  for (const token of bytes.match(TOKEN) ?? []) {
    if (token.startsWith(ESCAPE)) {
      const [, count = '', verb] = SEQUENCE.exec(token) ?? [];
      if (verb === 'A') row = Math.max(0, row - Number(count || 1));
      else if (verb === 'J') {
        lines.length = row + 1;
        lines[row] = (lines[row] ?? '').slice(0, column);
      } else if (verb !== 'm') throw new Error(`a sequence that this screen does not know: ${JSON.stringify(token)}`);
    } else if (token === '\r') column = 0;
    else if (token === '\n') {
      row += 1;
      lines[row] ??= '';
    } else {
      const line = (lines[row] ?? '').padEnd(column);
      lines[row] = line.slice(0, column) + token + line.slice(column + 1);
      column += 1;
    }
  }
  return lines;
}
