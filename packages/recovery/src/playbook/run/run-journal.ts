import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { type RunRecord, runRecord } from './run-record.ts';

/** The journal of one run: a line for everything that happened, on disk before anything is done on its strength. */
export class RunJournal implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #records: RunRecord[];
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, records: readonly RunRecord[]) {
    this.#file = file;
    this.#records = [...records];
  }

  get records(): readonly RunRecord[] {
    return this.#records;
  }

  /** Resolves when the line survives a crash of the machine. */
  async write(record: RunRecord): Promise<void> {
    const writing = this.#writing.then(async () => {
      await this.#file.appendFile(`${JSON.stringify(record)}\n`);
      await this.#file.datasync();
      this.#records.push(record);
    });
    this.#writing = writing.catch(() => {});
    await writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}

/** The journals of all runs: a folder with a file each. */
export class RunJournals {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(run: string): Promise<RunJournal> {
    await mkdir(this.#folder, { recursive: true });
    const journal = new RunJournal(await open(this.#path(run), 'ax'), []);
    const folder = await open(this.#folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return journal;
  }

  /** Every run there was, oldest first. A last line that a crash cut off is as if it had never been begun. */
  async read(): Promise<readonly { readonly run: string; readonly records: readonly RunRecord[] }[]> {
    await mkdir(this.#folder, { recursive: true });
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.jsonl')).sort();
    return Promise.all(
      names.map(async (name) => {
        const run = name.slice(0, -'.jsonl'.length);
        return { run, records: parseLines(run, await readFile(this.#path(run), 'utf8')) };
      }),
    );
  }

  /** Goes on with the journal of a former life. What a crash cut off is cut off. */
  async resume(run: string): Promise<RunJournal> {
    const text = await readFile(this.#path(run), 'utf8');
    const records = parseLines(run, text);
    const file = await open(this.#path(run), 'r+');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    await file.truncate(Buffer.byteLength(whole));
    await file.close();
    return new RunJournal(await open(this.#path(run), 'a'), records);
  }

  /** For runs that have ended. */
  async remove(run: string): Promise<void> {
    await rm(this.#path(run), { force: true });
  }

  #path(run: string): string {
    return join(this.#folder, `${run}.jsonl`);
  }
}

function parseLines(run: string, text: string): RunRecord[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        return runRecord.parse(JSON.parse(line));
      } catch (cause) {
        const message = `run ${run}, line ${index + 1}: ${messageOf(cause)}; look at what it did by hand, then move it away`;
        throw new ChaosError('CHAOS_PLAYBOOK_JOURNAL_CORRUPT', message, { cause });
      }
    });
}
