import { extname, resolve } from 'node:path';
import { importDefault } from '../config/import-default.ts';
import { checkedText, LARGEST_TEXT, readLimited } from '../config/read-limited.ts';
import type { Io } from '../terminal/io.ts';

const MODULES = new Set(['.ts', '.mts', '.js', '.mjs']);

/** An experiment as it was written. */
export type ExperimentSource =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'module'; readonly name: string; readonly value: unknown };

/** Reads a YAML or JSON file, `-` for standard input, or a module whose default export is the experiment. */
export async function readExperiment(io: Io, path: string): Promise<ExperimentSource> {
  if (path === '-') {
    const text = checkedText(Buffer.from(await io.readInput(LARGEST_TEXT)), 'standard input');
    return { kind: 'text', name: 'standard input', text };
  }
  const file = resolve(io.cwd, path);
  if (MODULES.has(extname(file))) return { kind: 'module', name: path, value: await importDefault(file, io.cwd) };
  return { kind: 'text', name: path, text: await readLimited(file) };
}
