/**
 * Names that the documents this SDK grew from use for what the engine's events say. Entries keep the event's own name;
 * these are views, usable wherever a filter takes types.
 */
export const DOCUMENT_NAMES: Readonly<Record<string, readonly string[]>> = {
  'experiment.planned': ['run:started', 'fault:intended'],
  'experiment.injected': ['fault:effective', 'fault:spent'],
  'experiment.reverted': ['fault:reverted', 'fault:gone'],
  'experiment.detected': ['mark:set', 'host:signal'],
  'experiment.recovered': ['run:finished'],
  'experiment.gate': ['guard:refused'],
  consensus: ['consensus:*', 'leadership:*'],
  heartbeat: ['ledger:heartbeat'],
  'leader.changed': ['leader:changed', 'leadership:changed'],
  'federation/heartbeat': ['heartbeat:*', 'ledger:heartbeat'],
  'federation/consensus': ['consensus:*', 'leader:*', 'leadership:*'],
  recovery: [
    'mark:set',
    'fault:reverted',
    'fault:gone',
    'fault:leaked',
    'run:finished',
    'playbook:*',
    'recovery:*',
    'watchtower:*',
  ],
};

/** Replaces document names by the types they stand for; other names stay. */
export function expandTypes(types: readonly string[]): readonly string[] {
  return types.flatMap((type) => (Object.hasOwn(DOCUMENT_NAMES, type) ? (DOCUMENT_NAMES[type] ?? []) : [type]));
}
