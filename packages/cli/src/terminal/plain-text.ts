/** Text of others without control characters but line breaks, so that it can neither colour nor move what we write. */
export function plainText(text: string): string {
  return text.replaceAll(/(?:(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+/gu, ' ');
}

/** The same on one line, cut to `width` characters. */
export function plainLine(text: string, width: number): string {
  const line = plainText(text).replaceAll('\n', ' ');
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).toWellFormed()}…`;
}
