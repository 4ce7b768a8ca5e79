import { isChaosError, messageOf, plainMessage } from '@bridge/chaos-core';

const LONGEST_MESSAGE = 2_000;
const LONGEST_TEXT = 300;
const MOST_ITEMS = 50;

/** An error for programs. Bounded, however long what it speaks of is. */
export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
}

export function errorDocument(thrown: unknown): ErrorDocument {
  if (!isChaosError(thrown)) {
    return {
      code: 'INTERNAL',
      message: cut(`this is a bug of chaos: ${messageOf(thrown)}`, LONGEST_MESSAGE),
      details: {},
    };
  }
  const { code, details } = thrown;
  return { code, message: cut(plainMessage(thrown), LONGEST_MESSAGE), details: bounded(details) };
}

function bounded(details: object): unknown {
  const text = JSON.stringify(details, (_, value: unknown) => {
    if (typeof value === 'string') return cut(value, LONGEST_TEXT);
    return Array.isArray(value) ? value.slice(0, MOST_ITEMS) : value;
  });
  return JSON.parse(text);
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;
}
