import type { Json } from '../json.ts';

/** Where a setting was said. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string }
  | { readonly from: 'environment'; readonly variable: string };

/** One setting that is in force, as it was written. */
export interface Setting {
  readonly path: string;
  readonly value: Json;
  readonly origin: Origin;
}

export function originText(origin: Origin): string {
  if (origin.from === 'default') return 'default';
  return origin.from === 'file' ? origin.file : `environment: ${origin.variable}`;
}
