import * as z from 'zod';

/** Stands for the message's id, wherever it is written. */
export const ID = '${id}';

/** What a message says: a text is put in as it is, anything else as JSON; `${id}` in any text of it is the message's id. */
export const message = z.json().refine((value) => JSON.stringify(value).includes(ID), 'expected ${id} in the message');

/** A value with the id in every text of it. */
export function withId(value: unknown, id: string): unknown {
  if (typeof value === 'string') return value.replaceAll(ID, id);
  if (Array.isArray(value)) return value.map((item) => withId(item, id));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withId(item, id)]));
}

/** A message as it goes on the wire. */
export function textWithId(content: unknown, id: string): string {
  const filled = withId(content, id);
  return typeof filled === 'string' ? filled : JSON.stringify(filled);
}
