/** Which entries. Members are combined with "and"; the texts of one list with "or". */
export interface EntryFilter {
  /** Exact types, or families such as `fault:*`. */
  readonly type?: string | readonly string[];
  readonly experiment?: string;
  readonly run?: string;
  readonly actor?: string;
  readonly target?: string;
  /** RFC 3339, inclusive. */
  readonly after?: string;
  /** RFC 3339, exclusive. */
  readonly before?: string;
}

/** A filter with a range, an order and a limit: what stores answer. */
export interface Search {
  readonly filter: EntryFilter;
  /** Indexes `[from, to)`. */
  readonly from: number;
  readonly to: number;
  readonly order: 'oldest-first' | 'newest-first';
  readonly limit: number;
}

export function typesOf(filter: EntryFilter): readonly string[] | undefined {
  return typeof filter.type === 'string' ? [filter.type] : filter.type;
}

/** True when a type is one of the wanted types or belongs to one of the wanted families. */
export function matchesType(type: string, wanted: readonly string[]): boolean {
  return wanted.some((one) => (one.endsWith('*') ? type.startsWith(one.slice(0, -1)) : type === one));
}
