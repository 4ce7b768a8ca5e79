import { originText } from './origin.ts';
import type { RuntimeConfig } from './runtime-config.ts';

/** The configuration in force, one setting a line, with where it was said. */
export function runtimeConfigLines({ settings }: Pick<RuntimeConfig, 'settings'>): string[] {
  const rows = settings.map(({ path, value, origin }) => [path, JSON.stringify(value), originText(origin)] as const);
  const [paths, values] = [widest(rows.map(([path]) => path)), widest(rows.map(([, value]) => value))];
  return rows.map(([path, value, origin]) => `${path.padEnd(paths)}  ${value.padEnd(values)}  (${origin})`);
}

function widest(texts: readonly string[]): number {
  return Math.min(60, Math.max(0, ...texts.map(({ length }) => length)));
}
