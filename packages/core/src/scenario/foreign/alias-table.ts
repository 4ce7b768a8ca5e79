import type { Json } from '../../json.ts';
import type { ProfileName } from '../parameter.ts';

/** What a number of the other form counts; ours are durations in ms, shares from 0 to 1, sizes and rates with a unit. */
export type AliasUnit = 'ms' | 's' | 'percent' | 'MB' | 'MB/s' | 'kbit/s' | 'as-is';

/** A parameter of another name: what it is called here, and what it counts. */
export interface ParameterAlias {
  readonly to: string;
  readonly unit: AliasUnit;
}

/**
 * What the names in another form of scenarios mean here. Injectors and profiles name disturbances of a library: data of
 * whoever provides that.
 */
export interface AliasTable {
  /** Target kind of a service that is given by name alone. */
  readonly kind: string;
  readonly injectors: Readonly<
    Record<string, { readonly disturb: string; readonly parameters: Readonly<Record<string, ParameterAlias>> }>
  >;
  readonly profiles: Readonly<Record<string, { readonly disturb: string; readonly profile: ProfileName }>>;
}

/** The value in our terms; undefined when it is no number where one is expected. */
export function translated(value: Json, unit: AliasUnit): Json | undefined {
  if (unit === 'as-is') return value;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  switch (unit) {
    case 'ms':
      return value;
    case 's':
      return value * 1000;
    case 'percent':
      return value / 100;
    case 'MB':
      return `${value}MB`;
    case 'MB/s':
      return `${value}MB/s`;
    case 'kbit/s':
      return `${value}kbit/s`;
  }
}
