/** A column of texts. Throws `TypeError` for anything else: the tables are not the ones this version made. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`expected a text from the database, got ${typeof value}`);
}

export function numberOf(value: unknown): number {
  const number = Number(value);
  if (value !== null && Number.isFinite(number)) return number;
  throw new TypeError(`expected a number from the database, got ${String(value)}`);
}

/** A `bigint` column, which `pg` gives as text. */
export function bigintOf(value: unknown): bigint {
  return BigInt(textOf(value));
}
