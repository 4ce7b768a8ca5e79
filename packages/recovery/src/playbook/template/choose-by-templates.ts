import type { IncidentSignal } from '../incident-signal.ts';
import { playbookVersion } from '../playbook.ts';
import type { ChoosePlaybook } from '../playbook-engine.ts';
import type { TemplateBook } from './template-book.ts';

/** What a signal's target is, and what it is made of. */
export type DescribeTarget = (signal: IncidentSignal) => { readonly kind: string; readonly digest: string };

/**
 * Of the playbooks that answer: the most trusted of those that are proven, else the first that was not demoted, else
 * none. What is still in the shadow is only run when it stands first anyway.
 */
export function chooseByTemplates(book: TemplateBook, describe: DescribeTarget): ChoosePlaybook {
  return (signal, candidates) => {
    const { kind, digest } = describe(signal);
    const { trigger, cause, severity } = signal;
    const advice = book.advise({ trigger, cause, severity, kind }, digest);
    const proven = advice.find(({ use, version }) => use === 'automatic' && candidates.some(isVersion(version)));
    if (proven !== undefined) return candidates.find(isVersion(proven.version));
    const demoted = new Set(advice.filter(({ use }) => use === 'demoted').map(({ version }) => version));
    return candidates.find((playbook) => !demoted.has(playbookVersion(playbook)));
  };
}

function isVersion(version: string) {
  return (playbook: Parameters<typeof playbookVersion>[0]): boolean => playbookVersion(playbook) === version;
}
