import { ChaosError } from '@bridge/chaos-core';

const US = '\u001f';
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters that end a field, a line or a string
const DIVIDERS = /[\u001d-\u001f\n\r\0]/;

/** One request as a line. Refuses arguments that could end a field or a line: nothing may pose as another request. */
export function requestLine(number: number, words: readonly string[]): string {
  const wrong = words.find((word) => DIVIDERS.test(word));
  if (wrong === undefined) return `${[String(number), ...words].join(US)}\n`;
  throw new ChaosError(
    'CHAOS_FAULT_PARAMS_INVALID',
    `expected an argument without line breaks and control characters, got ${JSON.stringify(wrong)}`,
  );
}
