import type { Wanted } from './load-plugins.ts';

/**
 * Which plugins an experiment needs, by the words in its text. One too many does no harm; one too few shows as an unknown
 * name, upon which all are loaded.
 */
export function wantedBy(text: string): Wanted {
  const words = new Set(text.match(/[\w.-]{1,60}/g));
  return (plugin) => [...words].some((word) => plugin.words.test(word));
}
