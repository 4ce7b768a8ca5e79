import * as z from 'zod';
import { type Action, type ActionContext, defineAction } from '../action.ts';
import { failed } from '../action-failure.ts';

/** How many workers a pool has, and how it gets more or fewer. */
export interface ScaleControl {
  /** How many run. */
  count(pool: string, context: ActionContext): Promise<number>;
  /** Resolves when the pool has so many. */
  scale(pool: string, to: number, context: ActionContext): Promise<void>;
}

const options = z
  .strictObject({
    pool: z.string().min(1),
    to: z.int().min(0).optional(),
    /** More (or fewer) than there are. */
    by: z.int().optional(),
    /** Never beyond. */
    most: z.int().min(1).default(100),
  })
  .refine(({ to, by }) => (to === undefined) !== (by === undefined), { error: 'expected either to or by' });
const undo = z.strictObject({ pool: z.string(), count: z.int(), wanted: z.int() });

/** scale_workers: gives a pool another size. */
export function scaleWorkers(control: ScaleControl): Action<'scale_workers', typeof options, typeof undo> {
  return defineAction({
    name: 'scale_workers',
    effect: 'changes',
    options,
    undo,
    async prepare({ pool, to, by = 0, most }, context) {
      const count = await control.count(pool, context);
      const wanted = to ?? count + by;
      if (wanted < 0 || wanted > most) throw failed('scale_workers', `expected 0 to ${most} workers, got ${wanted}`);
      return { pool, count, wanted };
    },
    async run({ pool }, { wanted }, context) {
      await control.scale(pool, wanted, context);
      return { pool, workers: wanted };
    },
    async verify({ pool }, { wanted }, context) {
      const count = await control.count(pool, context);
      return count === wanted ? { is: 'good' } : { is: 'bad', detail: `${pool} has ${count} workers, not ${wanted}` };
    },
    revert: ({ pool, count }, context) => control.scale(pool, count, context),
  });
}
