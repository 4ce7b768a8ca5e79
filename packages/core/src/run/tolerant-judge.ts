import { messageOf } from '../errors.ts';
import type { Evidence } from './evidence.ts';
import { coreJudge, type Judge, type Judgement } from './judge.ts';
import { type Reason, verdictOf, worstFirst } from './verdict.ts';

/**
 * The same judge, except that one that throws leaves the question open (as an exception in a Jepsen checker does);
 * what the core judge knows for sure still counts.
 */
export function tolerantJudge(judge: Judge): Judge {
  const core = coreJudge({ window: judge.window });
  const asked = async (evidence: Evidence): Promise<Judgement> => {
    try {
      return await judge.judge(evidence);
    } catch (error) {
      const judgement = await core.judge(evidence);
      const sentence = `the judge failed: ${messageOf(error)}`;
      const failed: Reason = { verdict: 'inconclusive', code: 'judge-failed', sentence, numbers: {} };
      const reasons = worstFirst([...judgement.reasons, failed]);
      return { ...judgement, reasons, verdict: verdictOf(reasons) };
    }
  };
  return { window: judge.window, judge: asked };
}
