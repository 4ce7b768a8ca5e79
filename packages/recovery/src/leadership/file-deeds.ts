import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeaderActionOutcome, PastDeed } from './leadership.ts';

/** Records of deeds are kept this long, ms: far longer than any target's incarnation is tried. */
const KEPT = 30 * 24 * 3_600_000;

const OUTCOMES: readonly LeaderActionOutcome[] = ['done', 'failed', 'abandoned'];

/** What is written when a deed begins. Its outcome is a line of its own. */
interface Beginning {
  readonly key: string;
  readonly what: string;
  readonly term: string;
  readonly holder: string;
}

/** The deeds of one lease: one file each, named by the key's digest, so that a key can be begun only once. */
export class FileDeeds {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, and forgets what nobody can mean any more. */
  async tidy(now: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const file = join(this.#folder, name);
      const { mtimeMs } = await stat(file);
      if (now - mtimeMs > KEPT) await rm(file, { force: true });
    }
  }

  /** Durable when it resolves, with the deed's id; undefined when the key was begun before. */
  async begin(deed: Beginning, now: number): Promise<string | undefined> {
    const id = join(this.#folder, createHash('sha256').update(deed.key).digest('hex'));
    try {
      const file = await open(id, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ ...deed, begun: now })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      return id;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
      throw error;
    }
  }

  async finish(id: string, outcome: LeaderActionOutcome): Promise<void> {
    await writeFile(id, `${JSON.stringify({ outcome })}\n`, { flag: 'a' });
  }

  /** Deeds whose key begins so and that were begun within so many milliseconds, oldest first. */
  async past(prefix: string, within: number, now: number): Promise<readonly PastDeed[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
    const deeds = await Promise.all(names.map(async (name) => readDeed(await text(join(this.#folder, name)), now)));
    return deeds
      .filter((deed) => deed !== undefined)
      .filter(({ key, age }) => key.startsWith(prefix) && age < within)
      .sort((a, b) => b.age - a.age);
  }
}

/** Empty for one that was forgotten meanwhile. */
async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Undefined for one whose writer died in the middle: it was never granted. */
function readDeed(written: string, now: number): PastDeed | undefined {
  const [first, second] = written.split('\n').map(parsed);
  if (first === undefined || !('key' in first && 'begun' in first)) return undefined;
  const { key, begun } = first;
  if (typeof key !== 'string' || typeof begun !== 'number') return undefined;
  const said = second !== undefined && 'outcome' in second ? second.outcome : null;
  const outcome = OUTCOMES.find((known) => known === said) ?? null;
  return { key, age: Math.max(0, now - begun), outcome };
}

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // Half a line: whoever wrote it died.
    return undefined;
  }
}
