import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';
import { type PlaneIdentity, planeIdentity } from './control/protocol.ts';
import { lookAt } from './incarnation.ts';

/** A folder with one JSON file per live proxy, shared by the processes of one user. */

export async function enter(folder: string, identity: PlaneIdentity): Promise<void> {
  await own(folder);
  const file = fileOf(folder, identity.instance);
  await writeFile(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function leave(folder: string, instance: string): Promise<void> {
  await rm(fileOf(folder, instance), { force: true });
}

/** Every proxy whose process lives, sorted by name and start; what dead ones left behind is removed. */
export async function registered(folder: string): Promise<readonly PlaneIdentity[]> {
  await own(folder);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(names.map((name) => read(join(folder, name))));
  return found.filter((identity) => identity !== undefined).toSorted(byNameAndStart);
}

async function read(file: string): Promise<PlaneIdentity | undefined> {
  const text = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    // It left between the listing and the look.
    if (thrown.code === 'ENOENT') return undefined;
    throw thrown;
  });
  if (text === undefined) return undefined;
  const identity = planeIdentity.parse(JSON.parse(text));
  if ((await lookAt(identity.process)) !== 'ended') return identity;
  await rm(file, { force: true });
  await rm(identity.control, { force: true });
  await removeFolder(dirname(identity.control));
  return undefined;
}

/** Only when it is empty: a record is not worth more than one socket. */
async function removeFolder(folder: string): Promise<void> {
  await rmdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT' && thrown.code !== 'ENOTEMPTY') throw thrown;
  });
}

/** What stands in the folder is trusted, so nobody else may write there. */
async function own(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  const mine = process.getuid === undefined || uid === process.getuid();
  if (mine && (mode & 0o022) === 0) return;
  throw new ChaosError(
    'CHAOS_OPTIONS_INVALID',
    `expected the proxy registry ${folder} to belong to this user and to be writable by nobody else, got owner ${uid}, mode ${(mode & 0o777).toString(8)}; use another folder or chmod go-w`,
    { details: { path: 'registry', folder } },
  );
}

function fileOf(folder: string, instance: string): string {
  return join(folder, `${instance}.json`);
}

function byNameAndStart(a: PlaneIdentity, b: PlaneIdentity): number {
  return a.name.localeCompare(b.name) || a.startedAt.localeCompare(b.startedAt) || a.instance.localeCompare(b.instance);
}
