/** CPU and memory limits of the host, shares from 0 to 1: the documents contradict each other, so each pair has a name. */
export const USAGE_PRESETS = {
  /** Document 001: CPU 90 %, memory 85 %. */
  'cpu90-memory85': { cpu: 0.9, memory: 0.85 },
  /** Document 003: CPU 85 %, memory 90 %. */
  'cpu85-memory90': { cpu: 0.85, memory: 0.9 },
} as const;

export type UsagePreset = keyof typeof USAGE_PRESETS;

export const USAGE_PRESET_NAMES = ['cpu90-memory85', 'cpu85-memory90'] as const satisfies readonly UsagePreset[];
