import { messageOf } from '@bridge/chaos-core';
import { parse } from 'yaml';
import { usageError } from './usage-error.ts';

const MOST_ALIASES = 100;

/** YAML 1.2, and so JSON, without alias bombs. */
export function readYaml(text: string, path: string): unknown {
  try {
    return parse(text, { maxAliasCount: MOST_ALIASES, logLevel: 'error' });
  } catch (cause) {
    throw usageError(`expected YAML or JSON in ${path}: ${messageOf(cause)}`, cause);
  }
}
