import { createHash } from 'node:crypto';
import type { Experiment } from '../../experiment/experiment.ts';
import { plainJson } from '../../experiment/plain-json.ts';
import type { JsonObject } from '../../json.ts';
import { freshId } from '../../random.ts';
import type { Inject } from './game-day-schema.ts';

/** An inject that was decided: what it is, and a seal that proves it was not chosen later. */
export interface SealedInject {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly inject: Inject;
  readonly parameters: JsonObject;
  readonly experiment: Experiment;
  /** What the seal is of: JSON with a random salt, so that it cannot be guessed. */
  readonly opened: string;
  /** SHA-256 of `opened`, hexadecimal. */
  readonly seal: string;
}

export function sealed(inject: Inject, index: number, experiment: Experiment): SealedInject {
  const number = index + 1;
  const members = Object.entries(inject.with).map(([name, value]) => [name, plainJson(value).json] as const);
  const parameters: JsonObject = Object.fromEntries(members);
  const opened = JSON.stringify({ number, scenario: inject.scenario, with: parameters, salt: freshId('salt') });
  const seal = createHash('sha256').update(opened).digest('hex');
  return { number, title: inject.title ?? `inject ${number}`, inject, parameters, experiment, opened, seal };
}
