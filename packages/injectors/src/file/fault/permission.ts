import { defineFault, type FaultContext, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import {
  feasibleWhenPrepared,
  fileRecord,
  impossibleFile,
  keptLook,
  lookAtRecorded,
  selectedFile,
} from '../file-record.ts';
import type { FileToolbox } from '../file-toolbox.ts';
import type { Look } from '../place/look.ts';

const id = z.int().min(0).max(4_294_967_294);
const params = z
  .strictObject({
    /** Permission bits in octal, as for chmod(1): `"000"`, `"0400"`. */
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, 'expected permission bits in octal such as "0400"')
      .optional(),
    owner: id.optional(),
    group: id.optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: 'expected at least one of mode, owner, group',
  });

const undo = fileRecord.extend({ mode: z.int(), uid: z.int(), gid: z.int() });
type PermissionRecord = z.output<typeof undo>;

/** `file.permission`: another mode or owner of a file or folder. Root may read and write all the same. */
export function filePermission(toolbox: FileToolbox) {
  const prepare = async (target: Target, given: z.output<typeof params>, context: FaultContext) => {
    const { record } = await selectedFile(toolbox, target, context);
    const { found } = record;
    if (found.kind !== 'file' && found.kind !== 'folder') {
      throw impossibleFile(target, 'is neither a file nor a folder', 'name what a link leads to');
    }
    if (found.kind === 'file' && found.links > 1) {
      throw impossibleFile(
        target,
        `has ${found.links} names, and all of them would change`,
        'break a copy, or use file.hide',
      );
    }
    const wanted = {
      mode: given.mode === undefined ? found.mode : Number.parseInt(given.mode, 8),
      uid: given.owner ?? found.uid,
      gid: given.group ?? found.gid,
    };
    if (sameRights(found, wanted)) throw impossibleFile(target, 'has these rights already', 'change the params');
    if (record.address.in === 'host') requireMayChange(target, found);
    return { ...record, ...wanted };
  };
  return defineFault({
    type: 'file.permission',
    target: 'file',
    params,
    undo,
    survives: 'host',
    settle: '2s',
    risk: 'medium',
    describe: (target, given) =>
      `${target.name}: ${Object.entries(given)
        .map(([key, to]) => `${key} ${to}`)
        .join(', ')}`,
    feasible: (target, given, context) => feasibleWhenPrepared(() => prepare(target, given, context)),
    prepare,
    async inject(target, _given, record, context) {
      const { place, record: now } = await selectedFile(toolbox, target, context);
      const { mode, uid, gid } = record;
      await place.stamp(context, { ...now.found, mode, uid, gid });
    },
    async revert(record, context) {
      const { place, seen } = await lookAtRecorded(toolbox, record, context);
      if (place === 'gone' || typeof seen === 'string' || sameRights(seen, record.found)) return;
      const { mode, uid, gid } = record.found;
      // What was written meanwhile stays, and so do its times.
      await place.stamp(context, { ...seen, mode, uid, gid });
    },
    async observe(record, context) {
      const { seen } = await lookAtRecorded(toolbox, record, context);
      if (typeof seen === 'string') return 'gone';
      return sameRights(seen, record.found) ? 'absent' : 'present';
    },
    async fingerprint(record: PermissionRecord, context) {
      const { seen } = await lookAtRecorded(toolbox, record, context);
      return typeof seen === 'string' ? { gone: true } : keptLook(seen);
    },
  });
}

function sameRights(one: Pick<Look, 'mode' | 'uid' | 'gid'>, other: Pick<Look, 'mode' | 'uid' | 'gid'>): boolean {
  return one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}

function requireMayChange(target: Target, { uid }: Look): void {
  const own = process.geteuid?.() ?? 0;
  if (own === 0 || own === uid) return;
  throw impossibleFile(target, `belongs to user ${uid}, not to the one that runs this`, 'run as its owner or as root');
}
