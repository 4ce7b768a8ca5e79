import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { writeDurably } from './durable-file.ts';

const DEFAULT_MOST = 10_000;

/**
 * JSON values, one a line, mode 0600. An appended line is handed to the kernel before `append` returns, so it outlives
 * `kill -9`; a power cut may take it.
 */
export class LineFile {
  readonly path: string;
  /** What was there when it was opened, oldest first. */
  readonly before: readonly unknown[];

  private constructor(path: string, before: readonly unknown[]) {
    this.path = path;
    this.before = before;
  }

  /**
   * Opens the file, which need not exist. Lines that are damaged or not `wanted` any more are removed, and the oldest of
   * those beyond `most`.
   */
  static async open(path: string, wanted: (value: unknown) => boolean, most = DEFAULT_MOST): Promise<LineFile> {
    const text = await textOf(path);
    const before = text.split('\n').flatMap(valueIn).filter(wanted).slice(-most);
    const kept = before.map((value) => `${JSON.stringify(value)}\n`).join('');
    if (kept !== text) await writeDurably(path, kept);
    return new LineFile(path, before);
  }

  /** Blocks for the time of one write: whatever comes next may end this process. Throws what the file system throws. */
  append(value: object): void {
    appendFileSync(this.path, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** The last line of a killed process may be cut off. */
function valueIn(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
