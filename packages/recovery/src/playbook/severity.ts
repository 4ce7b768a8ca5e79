export const SEVERITIES = ['minor', 'moderate', 'major', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How a run of a playbook ended. `inconclusive` is never `resolved`. */
export const OUTCOMES = ['resolved', 'improved', 'ineffective', 'worsened', 'inconclusive', 'aborted'] as const;
export type Outcome = (typeof OUTCOMES)[number];
