import { copyFile, open, rename, rm } from 'node:fs/promises';
import * as z from 'zod';
import { codeOf } from '../../probe/network-failure.ts';
import { fileDigest } from '../../snapshot/file-digest.ts';
import type { SnapshotStore } from '../../snapshot/snapshot-store.ts';
import { type Action, defineAction } from '../action.ts';
import { failed } from '../action-failure.ts';

const options = z.strictObject({
  /** Name of the snapshots. */
  snapshot: z.string().min(1),
  /** Default: the newest that is intact. */
  id: z.string().min(1).default('latest'),
  /** Default: the file that the snapshot was taken of. */
  file: z.string().min(1).optional(),
});
const undo = z.strictObject({
  id: z.string(),
  file: z.string(),
  sha256: z.string(),
  /** Where the file as it was found is kept; null when there was none. */
  aside: z.string().nullable(),
});

/** restore_model_weights: puts the newest intact snapshot of a file back, its SHA-256 checked before and after. */
export function restoreSnapshot<const Name extends string>(
  name: Name,
  store: SnapshotStore,
): Action<Name, typeof options, typeof undo> {
  return defineAction({
    name,
    effect: 'changes',
    options,
    undo,
    async prepare({ snapshot, id, file }, { idempotencyKey }) {
      const found = await store.find(snapshot, id);
      if (found === undefined) throw failed(name, `expected an intact snapshot ${snapshot} (${id}), found none`);
      const target = file ?? found.source;
      const there = await exists(target);
      return { id: found.id, file: target, sha256: found.sha256, aside: there ? `${target}.${idempotencyKey}` : null };
    },
    async run({ snapshot }, { id, file, sha256, aside }) {
      const found = await store.find(snapshot, id);
      if (found === undefined) throw failed(name, `snapshot ${snapshot} ${id} is gone or damaged`);
      // The second time the file is the restored one already, and must not take the place of what was found.
      if (aside !== null && !(await exists(aside))) await keep(file, aside);
      await store.restore(found, file);
      return { file, snapshot: id, sha256 };
    },
    async verify(_options, { file, sha256 }) {
      if (!(await exists(file))) return { is: 'bad', detail: `there is no ${file}` };
      const digest = await fileDigest(file);
      return digest.sha256 === sha256
        ? { is: 'good' }
        : { is: 'bad', detail: `expected SHA-256 ${sha256} of ${file}, got ${digest.sha256}` };
    },
    async revert({ file, aside }) {
      if (aside === null) return rm(file, { force: true });
      await rm(partOf(aside), { force: true });
      if (await exists(aside)) await rename(aside, file);
    },
    async settle({ aside }) {
      if (aside === null) return;
      for (const path of [partOf(aside), aside]) await rm(path, { force: true });
    },
  });
}

/** Copies the file aside. The copy has its name only once it is whole: half of one must never pass for the original. */
async function keep(file: string, aside: string): Promise<void> {
  const part = partOf(aside);
  await rm(part, { force: true });
  await copyFile(file, part);
  await using copy = await open(part);
  await copy.datasync();
  await rename(part, aside);
}

function partOf(aside: string): string {
  return `${aside}.part`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await fileDigest(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
