import type { Report } from '@bridge/chaos-core';

type Marks = Report['marks'];

/** Durations of a run that did not come to its end: what is still open was open at `until`. */
export function timingsFrom(marks: Marks, until: number): Report['timings'] {
  const { impact, detect, effect, recovered, removed } = marks;
  const undetected = impact !== null && detect === null;
  return {
    timeToDetect: after(impact, detect),
    timeToDetectFromEffect: after(effect, detect),
    timeToDetectAtLeast: undetected ? Math.max(0, (recovered ?? until) - impact) : null,
    predicted: impact !== null && detect !== null && detect < impact,
    timeToRecover: after(impact, recovered),
    timeToRecoverAtLeast: impact !== null && recovered === null ? Math.max(0, until - impact) : null,
    healAfterRemoval: after(removed, recovered),
    selfHeal: null,
  };
}

function after(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from);
}
