import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  ChaosError,
  defineFault,
  type FaultAbilities,
  type FaultContext,
  type FaultInjector,
  type Observation,
  type Random,
  type Risk,
  seededRandom,
  type Target,
} from '@bridge/chaos-core';
import * as z from 'zod';
import {
  feasibleWhenPrepared,
  fileRecord,
  impossibleFile,
  keptLook,
  lookAtRecorded,
  selectedFile,
} from './file-record.ts';
import type { FileToolbox } from './file-toolbox.ts';
import type { FilePlace } from './place/file-place.ts';
import type { Look } from './place/look.ts';

/** Undo record: the file's own bytes travel with it, so that they lie in the journal before anything is touched. */
const contentRecord = fileRecord.extend({
  /** Deflated, in base64. */
  preimage: z.base64(),
  digest: z.string(),
  /** SHA-256 of the changed file. */
  during: z.string(),
  seed: z.int(),
});
type ContentRecord = z.output<typeof contentRecord>;

interface ContentChange<Type extends string, Params extends z.ZodType> {
  readonly type: Type;
  readonly params: Params;
  readonly risk: Risk;
  describe(params: z.output<Params>): string;
  /** The changed bytes, the same for the same arguments. Throws an Error with a reason when they cannot be changed so. */
  change(content: Buffer, params: z.output<Params>, random: Random): Buffer;
}

/** A fault that changes the bytes of one regular file in place, and puts all of them back. */
export function contentFault<const Type extends string, Params extends z.ZodType>(
  toolbox: FileToolbox,
  { type, params: schema, risk, describe, change }: ContentChange<Type, Params>,
): FaultInjector<Type, 'file', Params, typeof contentRecord> & FaultAbilities<z.output<Params>, ContentRecord> {
  type Given = z.output<Params>;
  const changed = (target: Target, content: Buffer, params: Given, seed: number): Buffer => {
    try {
      return change(content, params, seededRandom(seed));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw impossibleFile(target, error.message, 'change the params, or choose another file');
    }
  };
  const prepare = async (target: Target, params: Given, context: FaultContext): Promise<ContentRecord> => {
    const { record, place } = await selectedFile(toolbox, target, context);
    await requireWritable(target, record.found, place, toolbox, context);
    const content = await place.read(context, toolbox.settings.largest);
    const seed = context.random.int(2 ** 32);
    const after = changed(target, content, params, seed);
    if (after.equals(content)) throw impossibleFile(target, 'would stay as it is', 'change the params');
    const preimage = deflateRawSync(content).toString('base64');
    return { ...record, preimage, digest: digestOf(content), during: digestOf(after), seed };
  };
  return defineFault({
    type,
    target: 'file',
    params: schema,
    undo: contentRecord,
    survives: 'host',
    settle: '2s',
    risk,
    describe: (target: Target, params: Given) => `${target.name}: ${describe(params)}`,
    feasible: (target: Target, params: Given, context: FaultContext) =>
      feasibleWhenPrepared(() => prepare(target, params, context)),
    prepare,
    async inject(target: Target, params: Given, undo: ContentRecord, context: FaultContext) {
      const { place } = await selectedFile(toolbox, target, context);
      const content = await place.read(context, toolbox.settings.largest);
      if (digestOf(content) !== undo.digest) {
        throw new ChaosError(
          'CHAOS_TARGET_CHANGED',
          `${target.name} was changed by somebody else just now; select it again`,
        );
      }
      await place.write(context, changed(target, content, params, undo.seed), 'as it is', false);
    },
    revert: (undo: ContentRecord, context: FaultContext) => putBack(toolbox, undo, context),
    observe: (undo: ContentRecord, context: FaultContext) => compare(toolbox, undo, context),
    async fingerprint(undo: ContentRecord, context: FaultContext) {
      const { place, seen } = await lookAtRecorded(toolbox, undo, context);
      if (place === 'gone' || typeof seen === 'string') return { gone: true };
      // Another inode is the work of somebody else, who has repaired the file: this fault writes in place.
      const { identity: _, ...kept } = keptLook(seen);
      return { ...kept, digest: await digestAt(place, seen, context) };
    },
  });
}

async function putBack(toolbox: FileToolbox, undo: ContentRecord, context: FaultContext): Promise<void> {
  const { place, seen } = await lookAtRecorded(toolbox, undo, context);
  if (place === 'gone' || seen === 'gone') return;
  const content = inflateRawSync(Buffer.from(undo.preimage, 'base64'));
  if (seen === 'nothing') return place.write(context, content, undo.found, true);
  const sameBytes = seen.kind === 'file' && (await digestAt(place, seen, context)) === undo.digest;
  if (!sameBytes) await place.write(context, content, undo.found, false);
  else if (!sameStamp(seen, undo.found)) await place.stamp(context, undo.found);
}

async function compare(toolbox: FileToolbox, undo: ContentRecord, context: FaultContext): Promise<Observation> {
  const { place, seen } = await lookAtRecorded(toolbox, undo, context);
  if (place === 'gone' || seen === 'gone') return 'gone';
  // A link in its place is never followed; it is not what was found either.
  if (seen === 'nothing' || seen.kind !== 'file' || !sameRights(seen, undo.found)) return 'present';
  return (await digestAt(place, seen, context)) === undo.digest ? 'absent' : 'present';
}

async function requireWritable(
  target: Target,
  found: Look,
  place: FilePlace,
  { settings }: FileToolbox,
  context: FaultContext,
): Promise<void> {
  if (found.kind !== 'file') {
    const what = found.kind === 'link' ? 'is a symbolic link' : 'is no regular file';
    throw impossibleFile(target, what, found.kind === 'link' ? 'name the file it leads to' : 'name a regular file');
  }
  if (found.links > 1) {
    throw impossibleFile(
      target,
      `has ${found.links} names, and all of them would change`,
      'break a copy, or use file.hide',
    );
  }
  if (found.size > settings.largest) {
    throw impossibleFile(target, `has ${found.size} bytes`, `raise largest (${settings.largest}) of files()`);
  }
  const obstacle = await place.obstacle(context);
  if (obstacle !== undefined) throw impossibleFile(target, obstacle.reason, obstacle.remedy);
}

/** SHA-256 of the file's bytes; of one that has grown beyond what is read, its size stands in. */
async function digestAt(place: FilePlace, { size }: Look, context: FaultContext): Promise<string> {
  return size > LONGEST ? `${size} bytes` : digestOf(await place.read(context, LONGEST));
}

const LONGEST = 128 * 2 ** 20;

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function sameRights(now: Look, then: Look): boolean {
  return now.mode === then.mode && now.uid === then.uid && now.gid === then.gid;
}

function sameStamp(now: Look, then: Look): boolean {
  return sameRights(now, then) && now.modified === then.modified;
}
