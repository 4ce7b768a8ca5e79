import * as z from 'zod';
import { duration } from '../duration.ts';
import { share } from './share.ts';
import { strict } from './zod-schema.ts';

const ofProbe = ['successBelow', 'p95Above', 'errorBudgetSpent'] as const;
const ofRun = ['healthBelow', 'cpuAbove', 'memoryAbove'] as const;
/** Below it a system counts as degraded. */
const USUAL_HEALTH = 0.8;

/** Ends the run early and reverts. Looks over the last `over`, default 5 s. */
export const stopCondition = strict({
  probe: z.string().min(1).exactOptional(),
  successBelow: share.exactOptional(),
  p95Above: duration.exactOptional(),
  /** Of the health score of the run; `true`: 0.8. */
  healthBelow: z.union([z.literal(true).transform(() => USUAL_HEALTH), share]).exactOptional(),
  cpuAbove: share.exactOptional(),
  memoryAbove: share.exactOptional(),
  errorBudgetSpent: share.exactOptional(),
  slo: share.exactOptional(),
  over: duration.default(5_000),
}).superRefine((value, ctx) => {
  const given = (keys: readonly (keyof typeof value)[]) => keys.filter((key) => value[key] !== undefined);
  const complain = (message: string): void => ctx.addIssue({ code: 'custom', message });
  const limits = given([...ofProbe, ...ofRun]);
  if (limits.length === 0) complain(`expected at least one of ${[...ofProbe, ...ofRun].join(', ')}, got none`);
  const [first] = given(ofProbe);
  if (first !== undefined && value.probe === undefined) complain(`expected a probe for ${first}, got none`);
  if ((value.errorBudgetSpent === undefined) !== (value.slo === undefined)) {
    complain('expected errorBudgetSpent and slo together, got one of them');
  }
  if (value.over === 0) complain('expected a window `over` longer than 0, got 0');
});
