/**
 * Standard base64, strictly: right alphabet, right padding, no stray bits in the last character. Node's own decoder
 * takes anything, which would let a signature be changed without being noticed.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
