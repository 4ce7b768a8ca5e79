import { defineFault, type FaultContext, freshId, type Observation, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import {
  feasibleWhenPrepared,
  fileRecord,
  impossibleFile,
  keptLook,
  recordedPlace,
  selectedFile,
} from '../file-record.ts';
import type { FileToolbox } from '../file-toolbox.ts';
import type { Look } from '../place/look.ts';

const undo = fileRecord.extend({
  /** Its name while it is hidden, in the same folder. */
  hidden: z.string(),
  /** Name of whatever has appeared under its own name meanwhile, after the undo; with a number where it is taken. */
  newcomer: z.string(),
});
type HideRecord = z.output<typeof undo>;

/**
 * `file.hide`: a file, folder or link has another name for a while: a program missing from the PATH, an import that fails.
 * What holds it open keeps it. It stays in its folder, so that nothing is copied and nothing can be lost.
 */
export function fileHide(toolbox: FileToolbox) {
  const prepare = async (target: Target, context: FaultContext): Promise<HideRecord> => {
    const { record } = await selectedFile(toolbox, target, context);
    const { name } = record.address;
    const mark = freshId('hidden').slice(-12);
    const hidden = `.${name}.bridge-chaos-${mark}`;
    if (Buffer.byteLength(hidden) > 240)
      throw impossibleFile(target, 'has a name too long to hide it', 'choose another');
    return { ...record, hidden, newcomer: `${hidden}-newcomer` };
  };
  return defineFault({
    type: 'file.hide',
    target: 'file',
    params: z.strictObject({}),
    undo,
    survives: 'host',
    settle: '2s',
    risk: 'high',
    describe: (target) => `${target.name}: not there`,
    feasible: (target, _params, context) => feasibleWhenPrepared(() => prepare(target, context)),
    prepare: (target, _params, context) => prepare(target, context),
    async inject(target, _params, record, context) {
      const { place } = await selectedFile(toolbox, target, context);
      await place.rename(context, record.hidden);
    },
    async revert(record, context) {
      const { hidden, place } = await bothNames(toolbox, record, context);
      if (place === 'gone' || !isFound(hidden, record)) return;
      const kept = await place.takeBack(context, record);
      if (kept.length > 0)
        context.log.warn({ file: record.address.name, kept }, 'something new had its name: set aside');
    },
    async observe(record, context): Promise<Observation> {
      const { seen, hidden } = await bothNames(toolbox, record, context);
      if (isFound(hidden, record)) return 'present';
      return isFound(seen, record) ? 'absent' : 'gone';
    },
    async fingerprint(record, context) {
      const { seen } = await bothNames(toolbox, record, context);
      return typeof seen === 'string' ? { gone: true } : keptLook(seen);
    },
  });
}

async function bothNames(toolbox: FileToolbox, record: HideRecord, context: FaultContext) {
  const place = await recordedPlace(toolbox, record, context);
  if (place === 'gone') return { place, seen: place, hidden: place };
  const [seen, hidden] = await Promise.all([place.look(context), place.sibling(record.hidden).look(context)]);
  return { place, seen, hidden };
}

function isFound(seen: Look | 'nothing' | 'gone', { found }: HideRecord): boolean {
  return typeof seen !== 'string' && seen.identity === found.identity;
}
