import { type Path, shown } from '../../experiment/problem.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { ProfileName } from '../parameter.ts';
import { type AliasTable, translated } from './alias-table.ts';
import type { Complaints } from './complaints.ts';

type Injector = AliasTable['injectors'][string];

/** What an `inject_fault` step asks for, in our terms. */
export interface ReadInjection {
  readonly disturb: string;
  readonly profile?: ProfileName;
  readonly values: JsonObject;
  /** Its own; without it those of the scenario. */
  readonly service?: string;
  /** Milliseconds. */
  readonly hold?: number;
}

/** Reads the parameters of an `inject_fault` step; undefined when they cannot be read, and `complaints` says why. */
export function readInjection(
  parameters: JsonObject,
  table: AliasTable,
  path: Path,
  complaints: Complaints,
): ReadInjection | undefined {
  const { parameters: nested = {}, ...direct } = parameters;
  if (!isObject(nested)) {
    complaints.expected('an object', nested, [...path, 'parameters']);
    return undefined;
  }
  const { injector_name, profile_name, target_service, duration, duration_seconds, ...given } = {
    ...direct,
    ...nested,
  };
  const profile = readProfile(profile_name, table, path, complaints);
  const injector = readInjector(injector_name, profile?.disturb, table, path, complaints);
  if (injector === undefined) return undefined;
  if (profile !== undefined && profile.disturb !== injector.disturb) {
    complaints.expected(`a profile of ${shown(injector_name)}`, profile_name, [...path, 'profile_name']);
  }
  if (target_service !== undefined && !isName(target_service)) {
    complaints.expected('the name of a service', target_service, [...path, 'target_service']);
  }
  const hold = readSeconds({ duration, duration_seconds }, path, complaints);
  return {
    disturb: injector.disturb,
    ...(profile === undefined ? {} : { profile: profile.profile }),
    values: readValues(injector.parameters, given, path, complaints),
    ...(isName(target_service) ? { service: target_service } : {}),
    ...(hold === undefined ? {} : { hold }),
  };
}

/** `duration` or `duration_seconds`, in ms. */
export function readSeconds(parameters: JsonObject, path: Path, complaints: Complaints): number | undefined {
  const key = parameters['duration'] === undefined ? 'duration_seconds' : 'duration';
  const value = parameters[key];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value > 0) return value * 1000;
  complaints.expected('seconds above 0', value, [...path, key]);
  return undefined;
}

function readProfile(name: Json | undefined, { profiles }: AliasTable, path: Path, complaints: Complaints) {
  if (name === undefined) return undefined;
  const profile = memberOf(profiles, name);
  if (profile === undefined) complaints.unknown('a profile', name, Object.keys(profiles), [...path, 'profile_name']);
  return profile;
}

/** A profile says by itself what it is a profile of. */
function readInjector(
  name: Json | undefined,
  disturbed: string | undefined,
  { injectors }: AliasTable,
  path: Path,
  complaints: Complaints,
): Injector | undefined {
  const injector =
    name === undefined
      ? Object.values(injectors).find(({ disturb }) => disturb === disturbed)
      : memberOf(injectors, name);
  if (injector === undefined)
    complaints.unknown('an injector', name, Object.keys(injectors), [...path, 'injector_name']);
  return injector;
}

function readValues(known: Injector['parameters'], given: JsonObject, path: Path, complaints: Complaints): JsonObject {
  const values: Record<string, Json> = {};
  for (const [key, value] of Object.entries(given)) {
    const alias = memberOf(known, key);
    if (alias === undefined)
      complaints.unknown('a parameter of this injector', key, Object.keys(known), [...path, key]);
    if (alias === undefined || value === undefined) continue;
    const ours = translated(value, alias.unit);
    if (ours === undefined) complaints.expected('a number', value, [...path, key]);
    else values[alias.to] = ours;
  }
  return values;
}

function memberOf<Member>(members: Readonly<Record<string, Member>>, name: Json): Member | undefined {
  return typeof name === 'string' && Object.hasOwn(members, name) ? members[name] : undefined;
}

function isName(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
