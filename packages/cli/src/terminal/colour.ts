import type { Output } from './io.ts';

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Colour = keyof typeof CODES;

/** Colours text where the stream shows colours, else hands it back. */
export function painter({ colour }: Pick<Output, 'colour'>): (style: Colour, text: string) => string {
  return (style, text) => {
    const [on, off] = CODES[style];
    return colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}

/**
 * Whether to write colours. `NO_COLOR` (no-color.org) with any value means no; `FORCE_COLOR` means yes except for `0` and
 * `false`; else only on a terminal that is not `dumb`.
 */
export function showsColour(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env['NO_COLOR']) return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
