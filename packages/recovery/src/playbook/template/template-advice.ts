import { hodgesLehmann } from '../../statistics/hodges-lehmann.ts';
import type { Interval } from '../../statistics/interval.ts';
import { wilson } from '../../statistics/wilson.ts';
import { type Experience, isAttributable } from './experience.ts';

/** What is known of one version of a playbook as an answer to one kind of incident. */
export interface TemplateAdvice {
  readonly playbook: string;
  readonly version: string;
  /** `automatic`: it may be used. `shadow`: it is recommended, not run. `demoted`: it failed too often. */
  readonly use: 'automatic' | 'shadow' | 'demoted';
  readonly attributable: number;
  readonly successes: number;
  /** Wilson's lower bound of the share of successes, 95 %. */
  readonly confidence: number;
}

export interface TemplateRule {
  /** Attributable runs before it may be used. Default 5. */
  readonly least: number;
  /** Least confidence. Default 0.6: at six of six. */
  readonly confidence: number;
  /** Runs in a row without success that demote it. Default 2. */
  readonly failures: number;
  /** Experience older than this counts no more. Default 90 days. */
  readonly expiry: number;
}

export const TEMPLATE_RULE: TemplateRule = { least: 5, confidence: 0.6, failures: 2, expiry: 90 * 86_400_000 };

/** Judges one version by its experience, oldest first. Undefined when nothing can be put down to it. */
export function judgeTemplate(experiences: readonly Experience[], rule: TemplateRule): TemplateAdvice | undefined {
  const counted = experiences.filter(isAttributable);
  const [first] = counted;
  if (first === undefined) return undefined;
  const isSuccess = ({ outcome }: Experience): boolean => outcome === 'resolved';
  const successes = counted.filter(isSuccess).length;
  const confidence = wilson(successes, counted.length).low;
  const isFailing = counted.length >= rule.failures && !counted.slice(-rule.failures).some(isSuccess);
  const isProven = counted.length >= rule.least && confidence >= rule.confidence;
  return {
    playbook: first.playbook,
    version: first.version,
    use: isFailing ? 'demoted' : isProven ? 'automatic' : 'shadow',
    attributable: counted.length,
    successes,
    confidence,
  };
}

/** What the action is worth: how much sooner targets recover with it than without. */
export interface TemplateEffect {
  readonly withAction: number;
  readonly withoutAction: number;
  /** Runs that never recovered: they are in no estimate, and make it too small. */
  readonly unrecovered: { readonly withAction: number; readonly withoutAction: number };
  /** Milliseconds (Hodges-Lehmann shift, negative: sooner) with its interval; null with fewer than 3 on a side. */
  readonly shift: { readonly estimate: number; readonly interval: Interval } | null;
}

const LEAST = 3;

export function templateEffect(experiences: readonly Experience[]): TemplateEffect {
  const times = (arm: Experience['arm']): readonly number[] =>
    experiences.flatMap((one) => (one.arm === arm && one.timeToRecover !== null ? [one.timeToRecover] : []));
  const lost = (arm: Experience['arm']): number =>
    experiences.filter((one) => one.arm === arm && one.timeToRecover === null).length;
  const [acted, idle] = [times('action'), times('no-action')];
  const shift = acted.length < LEAST || idle.length < LEAST ? undefined : hodgesLehmann(acted, idle);
  return {
    withAction: acted.length,
    withoutAction: idle.length,
    unrecovered: { withAction: lost('action'), withoutAction: lost('no-action') },
    shift: shift === undefined ? null : { estimate: shift.estimate, interval: shift.interval },
  };
}
