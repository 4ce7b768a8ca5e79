import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { writeDurably } from './durable-file.ts';

const DEFAULT_MOST = 10_000;

/**
 * JSON values, one a line, mode 0600. An appended line is handed to the kernel before `append` returns, so it outlives
 * `kill -9`; a power cut may take it.
 */
export class LineFile<Line> {
  readonly path: string;
  /** What was there when it was opened, oldest first. */
  readonly before: readonly Line[];

  private constructor(path: string, before: readonly Line[]) {
    this.path = path;
    this.before = before;
  }

  /**
   * Opens the file, which need not exist. Removes lines that are damaged, those of which `read` makes undefined, and the
   * oldest of those beyond `most`.
   */
  static async open<Line>(
    path: string,
    read: (value: unknown) => Line | undefined,
    most = DEFAULT_MOST,
  ): Promise<LineFile<Line>> {
    const text = await textOf(path);
    const lines = text.split('\n').flatMap((written) => {
      const line = read(valueIn(written));
      return line === undefined ? [] : [{ written, line }];
    });
    const last = lines.slice(-most);
    const kept = last.map(({ written }) => `${written}\n`).join('');
    if (kept !== text) await writeDurably(path, kept);
    return new LineFile(
      path,
      last.map(({ line }) => line),
    );
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

/** Undefined for what is no JSON: the last line of a killed process may be cut off. */
function valueIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
