import * as z from 'zod';
import { delayParams, delayText } from '../delay.ts';

/** What happens to a file operation that is hit. */
export const fsEffect = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    code: z.enum(['EIO', 'ENOSPC', 'EACCES', 'EPERM', 'EROFS', 'EMFILE', 'EDQUOT', 'ENOENT']),
  }),
  /** A synchronous call blocks its thread, as a slow disk does. */
  z.strictObject({ kind: z.literal('delay'), ...delayParams }),
]);
export type FsEffect = z.output<typeof fsEffect>;

export function fsEffectText(effect: FsEffect): string {
  return effect.kind === 'error' ? `fail with ${effect.code}` : `delay by ${delayText(effect)}`;
}
