import type { IncidentSignal } from './incident-signal.ts';
import type { Outcome } from './severity.ts';

/** Why a signal is not answered with a run of its own. */
export type Refusal = 'no-playbook' | 'cool-down' | 'blocked' | 'held' | 'not-leader';

interface About {
  readonly run: string;
  readonly playbook: string;
}

/** Everything the playbooks say. */
export interface PlaybookEvents {
  'playbook:started': About & { readonly signal: IncidentSignal };
  /** A run of a former life goes on. */
  'playbook:resumed': About;
  /** The run waits for another start, or for leadership. Nothing of it is lost. */
  'playbook:suspended': About & { readonly reason: string };
  /** A signal of the same fingerprint: it gets the outcome of the run that is under way. */
  'playbook:attached': About & { readonly signal: IncidentSignal };
  'playbook:refused': { readonly signal: IncidentSignal; readonly reason: Refusal };
  'playbook:approval-asked': About & { readonly signal: IncidentSignal };
  'playbook:step-started': About & { readonly step: string; readonly action: string; readonly attempt: number };
  'playbook:step-done': About & { readonly step: string; readonly action: string };
  'playbook:step-failed': About & { readonly step: string; readonly action: string; readonly reason: string };
  'playbook:step-skipped': About & { readonly step: string; readonly reason: string };
  'playbook:compensated': About & { readonly step: string };
  'playbook:compensation-failed': About & { readonly step: string; readonly reason: string };
  'playbook:ended': About & { readonly outcome: Outcome; readonly reason: string };
  /** Runs for this fingerprint do not help. It is blocked until somebody lifts that. Told once. */
  'playbook:escalated': { readonly fingerprint: string; readonly runs: number };
  'playbook:trouble': { readonly doing: string; readonly reason: string };
}
