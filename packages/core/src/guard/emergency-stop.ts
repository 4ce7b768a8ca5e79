import type { Guard } from './guard.ts';
import { no, yes } from './opinion.ts';

const RULE = 'emergency-stop';

export const emergencyStopGuard: Guard = {
  rule: RULE,
  async check(_intent, { latch }) {
    if (!latch.engaged) return yes(RULE);
    return no(RULE, {
      value: `engaged at ${latch.time}${latch.actor === null ? '' : ` by ${latch.actor}`}`,
      limit: 'released',
      reason: `the emergency stop is engaged: ${latch.reason}`,
      remedy: 'find out why, then engine.release(reason)',
    });
  },
};
