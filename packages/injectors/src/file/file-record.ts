import { lstat } from 'node:fs/promises';
import { ChaosError, type FaultContext, type Feasibility, isChaosError, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import { recordedContainer } from '../container/docker-container.ts';
import type { CallContext } from '../docker/connection.ts';
import { ownWorld } from '../process/process-identity.ts';
import { addressOf } from './address-of.ts';
import type { FileToolbox } from './file-toolbox.ts';
import type { FilePlace } from './place/file-place.ts';
import { type Look, look } from './place/look.ts';
import { address, placeAt } from './place/place-record.ts';

/** What every undo record of a file fault has: where the file is, and what it was. */
export const fileRecord = z.object({ address, found: look });
export type FileRecord = z.output<typeof fileRecord>;

/** The file of a target as it is now. Refuses when another file has taken its place. */
export async function selectedFile(
  toolbox: FileToolbox,
  target: Target,
  context: CallContext,
): Promise<{ readonly record: FileRecord; readonly place: FilePlace }> {
  const where = await addressOf(target, toolbox.settings, toolbox.connections, context);
  const place = placeAt(toolbox, where);
  const found = await place.look(context);
  const identity = target.startedAt.split(' ').at(-1);
  if (found !== 'nothing' && found !== 'gone' && found.identity === identity) {
    return { record: { address: where, found }, place };
  }
  throw new ChaosError(
    'CHAOS_TARGET_CHANGED',
    `expected ${target.name} as it was selected (${identity}), but ${typeof found === 'string' ? 'it is not there' : `${found.identity} is there now`}; select it again`,
  );
}

/**
 * The place of a record, or `gone` when its folder, or its container, is no more.
 *
 * @throws ChaosError `CHAOS_TARGET_UNREACHABLE` from a container that has other files under the same path.
 */
export async function recordedPlace(
  toolbox: FileToolbox,
  { address: where }: FileRecord,
  context: CallContext,
): Promise<FilePlace | 'gone'> {
  const place = placeAt(toolbox, where);
  if (where.in === 'container') {
    const { facts } = await recordedContainer(toolbox.connections, where.container, context);
    return facts === undefined || facts.status === 'removing' ? 'gone' : place;
  }
  const [world, folder] = await Promise.all([ownWorld(), identityOf(where.folder)]);
  if (folder === where.identity) return place;
  if (world.container === where.container) return world.boot === where.boot || folder === undefined ? 'gone' : place;
  throw new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected folder ${where.folder} as it is for the process that changed ${where.name}, but this one has another there; revert where the same file system is mounted`,
  );
}

async function identityOf(folder: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await lstat(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    // Every reason means the same here: what was there cannot be seen any more.
    return undefined;
  }
}

export function impossibleFile(target: Target, reason: string, remedy: string): ChaosError {
  return new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `${target.name} ${reason}; ${remedy}`, {
    details: { reason: `${target.name} ${reason}`, remedy },
  });
}

/** An answer for `plan()` from what `prepare` does, which only reads. */
export async function feasibleWhenPrepared(prepare: () => Promise<unknown>): Promise<Feasibility> {
  try {
    await prepare();
    return { possible: true };
  } catch (error) {
    if (!isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE')) throw error;
    const { reason, remedy } = error.details;
    if (typeof reason === 'string' && typeof remedy === 'string') return { possible: false, reason, remedy };
    const [said = '', ...rest] = error.message.replace('CHAOS_FAULT_IMPOSSIBLE: ', '').split('; ');
    return { possible: false, reason: said, remedy: rest.join('; ') || 'choose another file' };
  }
}

/** What must be the same before and after, beyond bytes. Times are compared in milliseconds. */
export function keptLook({ kind, identity, mode, uid, gid, modified }: Look) {
  return { kind, identity, mode, uid, gid, modified: modified.slice(0, -6) };
}

/** Looks at a name, with `gone` for a place that is no more. */
export async function lookAtRecorded(toolbox: FileToolbox, record: FileRecord, context: FaultContext) {
  const place = await recordedPlace(toolbox, record, context);
  if (place === 'gone') return { place, seen: place };
  return { place, seen: await place.look(context) };
}
