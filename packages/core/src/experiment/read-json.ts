import type { Json } from '../json.ts';

const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/**
 * What the text says if it is a JSON object or list; else undefined, also where a key comes twice or it is nested too
 * deeply, since a reader of YAML can say where. Much quicker than that reader, which need not even be loaded.
 */
export function readJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return memberCount(JSON.stringify(value)) === memberCount(text) ? value : undefined;
  } catch {
    // YAML, or neither.
    return undefined;
  }
}

/** `JSON.parse` keeps the last of equal keys: a text with more members than its value repeats one. */
function memberCount(json: string): number {
  return json.replace(STRINGS, '').split(':').length;
}
