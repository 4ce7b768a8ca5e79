import { type Search, typesOf } from '../query/search.ts';

/** The statement and its values for a search of one log. */
export function searchQuery(
  schema: string,
  log: string,
  { filter, from, to, order, limit }: Search,
): { text: string; values: unknown[] } {
  const values: unknown[] = [log, from, to, limit];
  const conditions = ['log = $1', 'idx >= $2', 'idx < $3'];
  const add = (condition: (parameter: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  const types = typesOf(filter);
  if (types !== undefined) {
    const escaped = (type: string): string => type.replaceAll(/[\\%_]/g, '\\$&');
    add(
      (parameter) => `type LIKE ANY(${parameter})`,
      types.map((type) => (type.endsWith('*') ? `${escaped(type.slice(0, -1))}%` : escaped(type))),
    );
  }
  for (const name of ['experiment', 'run', 'actor', 'target'] as const) {
    if (filter[name] !== undefined) add((parameter) => `${name} = ${parameter}`, filter[name]);
  }
  if (filter.after !== undefined) add((parameter) => `time >= ${parameter}`, Date.parse(filter.after));
  if (filter.before !== undefined) add((parameter) => `time < ${parameter}`, Date.parse(filter.before));
  const direction = order === 'oldest-first' ? 'ASC' : 'DESC';
  const text = `SELECT idx FROM ${schema}.entry WHERE ${conditions.join(' AND ')} ORDER BY idx ${direction} LIMIT $4`;
  return { text, values };
}
