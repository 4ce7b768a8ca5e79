import type { PyValue } from '../python/value.ts';

/** Where a path starts, and the steps from there. */
export interface Path {
  readonly from: 'root' | 'current';
  readonly steps: readonly Step[];
}

/** One step: every subscript in brackets is tried in turn; `..` tries them at every depth. */
export interface Step {
  readonly descend: boolean;
  readonly subscripts: readonly Subscript[];
}

export type Subscript =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number | undefined;
    }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly expression: Expression }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly Operand[] };

export const FUNCTION_NAMES = ['length', 'keys', 'values', 'entries', 'charAt', 'substring'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: PyValue };

export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly all: readonly Expression[] }
  | { readonly kind: 'not'; readonly expression: Expression }
  | { readonly kind: 'exists'; readonly operand: Operand }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand };
