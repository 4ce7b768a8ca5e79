import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ChaosError, type Clock, freshId, messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import { codeOf } from '../probe/network-failure.ts';
import { fileDigest } from './file-digest.ts';

const manifest = z.strictObject({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int(),
  takenAt: z.string(),
});

/** A copy of one file as it was at one time. */
export type Snapshot = z.output<typeof manifest>;

export interface SnapshotRetention {
  /** How many of one name are kept at least, whatever their age. Default 3. */
  readonly keep?: number;
  /** Older ones beyond `keep` are removed (milliseconds). Default: only the number counts. */
  readonly maxAge?: number;
}

const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** Copies of files in a folder, each with its SHA-256. A copy that is damaged is never given back. */
export class SnapshotStore {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Copies the file. The same content as in the newest snapshot of the name is not copied again. */
  async take(name: string, source: string): Promise<Snapshot> {
    const folder = await this.#folderOf(name);
    try {
      const before = await fileDigest(source);
      const [newest] = await this.list(name);
      if (newest?.sha256 === before.sha256 && (await this.isIntact(newest))) return newest;
      const takenAt = new Date(this.#clock.wall()).toISOString();
      const id = `${takenAt.replaceAll(/[:.]/g, '-')}-${freshId('snapshot').slice(-8)}`;
      const copy = join(folder, `${id}.data`);
      await copyFile(source, `${copy}.new`);
      const { sha256, size } = await fileDigest(`${copy}.new`);
      if (sha256 !== before.sha256) {
        await rm(`${copy}.new`);
        throw new Error('it changed while it was copied; take the snapshot again');
      }
      await rename(`${copy}.new`, copy);
      const snapshot = { id, name, source, sha256, size, takenAt };
      // The manifest comes last: a copy without one is none.
      await writeFile(join(folder, `${id}.new`), JSON.stringify(snapshot));
      await rename(join(folder, `${id}.new`), join(folder, `${id}.json`));
      return snapshot;
    } catch (cause) {
      throw snapshotFailed(`take snapshot ${name} of ${source}`, cause);
    }
  }

  /** Newest first. */
  async list(name: string): Promise<readonly Snapshot[]> {
    const folder = await this.#folderOf(name);
    const names = (await readdir(folder)).filter((entry) => entry.endsWith('.json'));
    const read = await Promise.all(names.map((entry) => readManifest(join(folder, entry))));
    return read.filter((one) => one !== undefined).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Whether the copy still has the digest that it was taken with. */
  async isIntact(snapshot: Snapshot): Promise<boolean> {
    try {
      return (await fileDigest(this.#copy(snapshot))).sha256 === snapshot.sha256;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** The newest snapshot that is intact, or the one of this id. */
  async find(name: string, id: 'latest' | (string & {})): Promise<Snapshot | undefined> {
    for (const snapshot of await this.list(name)) {
      if ((id === 'latest' || snapshot.id === id) && (await this.isIntact(snapshot))) return snapshot;
    }
    return undefined;
  }

  /** Puts the copy in the place of the file, at once, after its digest was checked. */
  async restore(snapshot: Snapshot, target = snapshot.source): Promise<void> {
    const fresh = `${target}.${freshId('restored')}`;
    try {
      await copyFile(this.#copy(snapshot), fresh);
      const { sha256 } = await fileDigest(fresh);
      if (sha256 !== snapshot.sha256) throw new Error(`expected SHA-256 ${snapshot.sha256}, got ${sha256}`);
      await rename(fresh, target);
    } catch (cause) {
      await rm(fresh, { force: true });
      throw snapshotFailed(`restore snapshot ${snapshot.name} ${snapshot.id} to ${target}`, cause);
    }
  }

  /** Removes what is too old or too many. Answers what was removed. */
  async prune(name: string, { keep = 3, maxAge }: SnapshotRetention): Promise<readonly Snapshot[]> {
    const folder = await this.#folderOf(name);
    const now = this.#clock.wall();
    const isOld = ({ takenAt }: Snapshot): boolean => maxAge === undefined || now - Date.parse(takenAt) > maxAge;
    const surplus = (await this.list(name)).slice(keep).filter(isOld);
    for (const snapshot of surplus) {
      await rm(join(folder, `${snapshot.id}.json`), { force: true });
      await rm(this.#copy(snapshot), { force: true });
    }
    return surplus;
  }

  async #folderOf(name: string): Promise<string> {
    if (!NAME.test(name) || name !== basename(name)) {
      throw snapshotFailed(
        'use the name',
        new Error(`expected letters, digits, ".", "_", "-"; got ${JSON.stringify(name)}`),
      );
    }
    const folder = join(this.#folder, name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  #copy({ name, id }: Snapshot): string {
    return join(this.#folder, name, `${id}.data`);
  }
}

async function readManifest(path: string): Promise<Snapshot | undefined> {
  try {
    return manifest.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Half a manifest, of a crash or a stranger: its copy is as if it were not there.
    return undefined;
  }
}

function snapshotFailed(what: string, cause: unknown): ChaosError {
  return new ChaosError('CHAOS_SNAPSHOT_FAILED', `expected to ${what}, got ${messageOf(cause)}`, { cause });
}
