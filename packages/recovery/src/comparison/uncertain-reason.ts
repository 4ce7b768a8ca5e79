import type { Experiment, JsonObject, Reason } from '@bridge/chaos-core';

/** A difference that would matter and was not told from chance. */
export interface Uncertainty {
  readonly window: string;
  readonly expect: Experiment['expect'];
  readonly code: string;
  readonly sentence: string;
  readonly numbers: JsonObject;
}

/** That nobody was hit cannot be claimed then; where an impact is allowed it changes nothing. */
export function uncertainReason({ window, expect, ...reason }: Uncertainty): Reason {
  const verdict = window === 'fault' && expect === 'held' ? 'inconclusive' : 'held';
  const sentence = `${reason.sentence}; too few or too restless seconds to tell this from chance`;
  return { ...reason, verdict, sentence };
}
