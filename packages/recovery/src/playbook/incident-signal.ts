import type { JsonObject } from '@bridge/chaos-core';
import type { Severity } from './severity.ts';

/** Something that calls for repair: what a trigger or a watchtower says. Plain JSON. */
export interface IncidentSignal {
  /** Name of the trigger. */
  readonly trigger: string;
  /** What is affected: a service, a group, a file. */
  readonly group: string;
  /** Class of the cause, as far as it is known; part of the fingerprint. */
  readonly cause: string;
  readonly severity: Severity;
  readonly data: JsonObject;
}

/** The same for the same trouble: signals with one fingerprint are dealt with once. */
export function fingerprint({ trigger, group, cause }: IncidentSignal): string {
  return JSON.stringify([trigger, group, cause]);
}
