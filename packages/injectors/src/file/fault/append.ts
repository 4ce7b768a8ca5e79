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
import { type Added, addToFile, findAdded, removeAdded } from '../place/host-tail.ts';

const line = z
  .string()
  .min(1)
  .max(10_000)
  .refine((text) => !/[\n\r]/.test(text), 'expected one line');

const params = z.strictObject({
  /** Lines that are added: a made-up secret, an error that never was. */
  lines: z.array(line).min(1).max(1_000),
});

const undo = fileRecord.extend({
  /** What is added, in base64. */
  block: z.base64(),
});
type AppendRecord = z.output<typeof undo>;

/**
 * `file.append`: lines appear at the end of a file of this machine, such as a secret in a log. Undo overwrites their letters
 * with `*` where others have written since, and loses none of their lines. While they are the last it cuts them off: a line
 * that is written between the last look and the cut, two system calls in a row, is lost. A log that was rotated meanwhile is
 * found under its new name in the same folder.
 */
export function fileAppend(toolbox: FileToolbox) {
  const prepare = async (target: Target, { lines }: z.output<typeof params>, context: FaultContext) => {
    const { record, place } = await selectedFile(toolbox, target, context);
    if (record.address.in !== 'host') {
      throw impossibleFile(target, 'is in a container', 'select a file of this machine, such as its log driver’s');
    }
    if (record.found.kind !== 'file') throw impossibleFile(target, 'is no regular file', 'name a regular file');
    const obstacle = await place.obstacle(context);
    if (obstacle !== undefined) throw impossibleFile(target, obstacle.reason, obstacle.remedy);
    return { ...record, block: Buffer.from(`${lines.join('\n')}\n`).toString('base64') };
  };
  return defineFault({
    type: 'file.append',
    target: 'file',
    params,
    undo,
    survives: 'host',
    settle: '2s',
    risk: 'low',
    describe: (target, { lines }) => `${target.name}: ${lines.length} lines added`,
    feasible: (target, given, context) => feasibleWhenPrepared(() => prepare(target, given, context)),
    prepare,
    async inject(target, _params, record, context) {
      await selectedFile(toolbox, target, context);
      const { folder, block } = added(record);
      await addToFile(folder, record.address.name, block);
    },
    async revert(record, context) {
      const { place } = await lookAtRecorded(toolbox, record, context);
      if (place === 'gone' || (await removeAdded(added(record))) !== 'cut') return;
      const seen = await place.look(context);
      const isAsFound = typeof seen !== 'string' && seen.identity === record.found.identity;
      // Nobody has written since: it is as it was, and so are its times.
      if (isAsFound && seen.size === record.found.size) await place.stamp(context, record.found);
    },
    async observe(record, context) {
      const { place } = await lookAtRecorded(toolbox, record, context);
      const found = place === 'gone' ? place : await findAdded(added(record));
      return found === 'there' ? 'present' : found === 'removed' ? 'absent' : 'gone';
    },
    async fingerprint(record, context) {
      const { seen } = await lookAtRecorded(toolbox, record, context);
      if (typeof seen === 'string') return { gone: true };
      // Others go on writing: their lines and times are no part of it.
      const { modified: _, ...kept } = keptLook(seen);
      return kept;
    },
  });
}

function added({ address, found, block }: AppendRecord): Added {
  const folder = address.in === 'host' ? address.folder : '';
  return { folder, identity: found.identity, from: found.size, block: Buffer.from(block, 'base64') };
}
