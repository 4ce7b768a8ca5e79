/** Names that are needed to give something hidden its own name back, all in one folder. */
export interface Taking {
  /** Its name while it is hidden. */
  readonly hidden: string;
  /** Where whatever has appeared under its own name meanwhile is kept; with a number where that is taken. */
  readonly newcomer: string;
}

/** `name`, `name-2`, `name-3`, … */
export function withNumber(name: string, number: number): string {
  return number === 1 ? name : `${name}-${number}`;
}
