import { queueNumberOf } from '../rules/arrangement.ts';
import type { ArrangeScene } from './netns-fault.ts';

/**
 * Actions that lose a packet. A sender on this machine hears of DROP (EPERM from `sendto`), which no dead cable says: what
 * leaves goes into a queue that nobody serves, where the kernel drops it in silence.
 */
export function dropping({ kernel, tag }: Pick<ArrangeScene, 'kernel' | 'tag'>, when: readonly string[] = []) {
  const silently = ['-j', 'NFQUEUE', '--queue-num', String(queueNumberOf(tag))];
  const plainly = ['-j', 'DROP'];
  return { arriving: [[...when, ...plainly]], leaving: [[...when, ...(kernel.queue ? silently : plainly)]] };
}
