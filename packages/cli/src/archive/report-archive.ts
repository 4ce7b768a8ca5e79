import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  ChaosError,
  type Clock,
  type DurationInput,
  freshId,
  messageOf,
  milliseconds,
  type Report,
  reportSchema,
  systemClock,
  writeDurably,
} from '@bridge/chaos-core';
import { decryptWith, encryptTo, isEncrypted } from './encryption.ts';

export interface ReportArchiveOptions {
  /** Default `.chaos/reports` in the working directory. */
  readonly folder?: string;
  /** Age recipients (`age1…`): with one or more, reports are encrypted before they touch the disk. Default none. */
  readonly recipients?: readonly string[];
  /** Older reports go to the folder `archive` below, compressed. Default 7 days. */
  readonly archiveAfter?: DurationInput;
  /** Still older ones are removed. Default 90 days. */
  readonly removeAfter?: DurationInput;
  /** Most reports in all; the oldest go first. Default 1,000. */
  readonly keep?: number;
  readonly clock?: Pick<Clock, 'wall'>;
}

/** A report on the disk, told by the name of its file. */
export interface StoredReport {
  readonly runId: string;
  /** When the run began: RFC 3339. */
  readonly startedAt: string;
  readonly file: string;
  readonly archived: boolean;
  readonly encrypted: boolean;
}

/** What {@link ReportArchive.sweep} did. */
export interface Sweep {
  readonly archived: readonly StoredReport[];
  readonly removed: readonly StoredReport[];
}

const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([\w-]{1,80})\.json(\.gz)?(\.age)?$/;
const RUN_ID = /^[\w-]{1,80}$/;
/** Begins the name of what is being written; leftovers of a killed process are known by it. */
const DRAFT = '.draft-';
/** A draft this old (ms) belongs to no living writer. */
const ABANDONED = 60 * 60_000;
/** Most bytes that a compressed report may unfold to. */
const LARGEST = 256 * 1024 * 1024;

/** Reports in a folder: written atomically, encrypted if wished, compressed after a while, bounded by age and number. */
export class ReportArchive {
  readonly folder: string;
  readonly #recipients: readonly string[];
  readonly #archiveAfter: number;
  readonly #removeAfter: number;
  readonly #keep: number;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(options: ReportArchiveOptions = {}) {
    const { folder = join('.chaos', 'reports'), recipients = [], keep = 1_000, clock = systemClock } = options;
    if (!(Number.isInteger(keep) && keep >= 1)) {
      throw new ChaosError('CHAOS_OPTIONS_INVALID', `expected "keep" to be a whole number of at least 1, got ${keep}`);
    }
    this.folder = folder;
    this.#recipients = recipients;
    this.#archiveAfter = milliseconds(options.archiveAfter ?? '7d');
    this.#removeAfter = milliseconds(options.removeAfter ?? '90d');
    this.#keep = keep;
    this.#clock = clock;
  }

  /** Stores the report; one of the same run is replaced. Then looks after the others. */
  async add(report: Report): Promise<StoredReport> {
    const name = nameOf(report);
    return await this.#guarded(`store the report of ${report.id}`, async () => {
      await mkdir(this.#archive, { recursive: true, mode: 0o700 });
      const plain = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
      const secret = this.#recipients.length > 0;
      const stored = storedAt(this.folder, secret ? `${name}.age` : name, false);
      if (stored === undefined) throw new Error(`the name ${name} is none of a report`);
      await write(stored.file, secret ? await encryptTo(this.#recipients, plain) : plain);
      const others = (await this.list()).filter((one) => one.runId === report.id && one.file !== stored.file);
      for (const { file } of others) await rm(file, { force: true });
      await this.sweep();
      return stored;
    });
  }

  /** Newest first, archived ones too. */
  async list(): Promise<readonly StoredReport[]> {
    const [live, archived] = await Promise.all([names(this.folder), names(this.#archive)]);
    const found = [
      ...live.map((name) => storedAt(this.folder, name, false)),
      ...archived.map((name) => storedAt(this.#archive, name, true)),
    ];
    const known = found.filter((one) => one !== undefined);
    return known.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  }

  /**
   * The report of a run.
   *
   * @throws {ChaosError} CHAOS_ARCHIVE_FAILED when there is none, no identity opens it, or it is damaged.
   */
  async read(runId: string, identities: readonly string[] = []): Promise<Report> {
    return await this.#guarded(`read the report of run ${runId}`, async () => {
      const stored = (await this.list()).find((one) => one.runId === runId);
      if (stored === undefined) throw new Error(`${this.folder} holds none`);
      return reportSchema.parse(JSON.parse(await readStored(stored.file, identities)));
    });
  }

  /** Compresses what is old, removes what is too old or too many, and drafts that nobody writes any more. */
  async sweep(): Promise<Sweep> {
    return await this.#guarded('look after the reports', async () => {
      const now = this.#clock.wall();
      const age = ({ startedAt }: StoredReport): number => now - Date.parse(startedAt);
      const all = await this.list();
      const removed = all.filter((one, index) => index >= this.#keep || age(one) > this.#removeAfter);
      for (const { file } of removed) await rm(file, { force: true });
      const old = all.filter((one) => !removed.includes(one) && !one.archived && age(one) > this.#archiveAfter);
      for (const one of old) await unlessGone(() => this.#toArchive(one));
      await this.#dropDrafts(now);
      return { archived: old, removed };
    });
  }

  get #archive(): string {
    return join(this.folder, 'archive');
  }

  /** What is encrypted cannot be compressed any more: it moves as it is. */
  async #toArchive({ file, encrypted }: StoredReport): Promise<void> {
    await mkdir(this.#archive, { recursive: true, mode: 0o700 });
    const name = file.slice(this.folder.length + 1);
    if (encrypted) return await rename(file, join(this.#archive, name));
    await write(join(this.#archive, `${name}.gz`), await promisify(gzip)(await readFile(file)));
    await rm(file, { force: true });
  }

  async #dropDrafts(now: number): Promise<void> {
    for (const folder of [this.folder, this.#archive]) {
      for (const name of await names(folder)) {
        if (!name.startsWith(DRAFT)) continue;
        const found = await unlessGone(() => stat(join(folder, name)));
        if (found !== undefined && now - found.mtimeMs > ABANDONED) await rm(join(folder, name), { force: true });
      }
    }
  }

  async #guarded<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof ChaosError) throw cause;
      throw new ChaosError('CHAOS_ARCHIVE_FAILED', `expected to ${what}, got: ${messageOf(cause)}`, { cause });
    }
  }
}

/** The JSON text of a report file: plain, compressed or encrypted. */
export async function readStored(file: string, identities: readonly string[]): Promise<string> {
  const bytes = await readFile(file);
  const opened = isEncrypted(bytes) ? await decryptWith(identities, bytes) : bytes;
  const isGzip = opened[0] === 0x1f && opened[1] === 0x8b;
  const plain = isGzip ? await promisify(gunzip)(opened, { maxOutputLength: LARGEST }) : opened;
  return Buffer.from(plain).toString('utf8');
}

/** `20260101T120000000Z-run-….json`: the names sort by time. */
function nameOf({ id, startedAt }: Report): string {
  const time = new Date(startedAt);
  if (!RUN_ID.test(id) || Number.isNaN(time.getTime())) {
    const got = JSON.stringify({ id, startedAt });
    throw new ChaosError(
      'CHAOS_ARCHIVE_FAILED',
      `expected a run id of letters, digits, "_", "-" and a time, got ${got}`,
    );
  }
  return `${time.toISOString().replaceAll(/[-:.]/g, '')}-${id}.json`;
}

function storedAt(folder: string, name: string, archived: boolean): StoredReport | undefined {
  const [, year, month, day, hour, minute, second, thousandth, runId, , age] = NAME.exec(name) ?? [];
  if (runId === undefined) return undefined;
  const startedAt = `${year}-${month}-${day}T${hour}:${minute}:${second}.${thousandth}Z`;
  return { runId, startedAt, file: join(folder, name), archived, encrypted: age !== undefined };
}

function write(path: string, content: Uint8Array): Promise<void> {
  return writeDurably(path, content, join(dirname(path), `${DRAFT}${freshId('report')}-${basename(path)}`));
}

async function names(folder: string): Promise<string[]> {
  return (await unlessGone(() => readdir(folder))) ?? [];
}

/** Undefined when the file or folder is not there: another process may look after the same reports. */
async function unlessGone<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
