import type { Problem } from '../experiment/problem.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import type { Json } from '../json.ts';
import { KEYS } from './configuration-keys.ts';
import type { Key, Variable } from './key.ts';

/** What the environment says about one key. */
interface Said {
  readonly key: Key;
  readonly variable: string;
  readonly value: Json;
}

const OURS = /^BRH_(?:CHAOS|KILL|RECOVERY)/;
const NAMES = KEYS.flatMap(({ variable }) => (variable === undefined ? [] : [variable.name]));

/** What the environment says, and what is wrong with it. A variable that is empty is not set. */
export function readVariables(environment: NodeJS.ProcessEnv): {
  readonly said: readonly Said[];
  readonly problems: readonly Problem[];
} {
  const answers = KEYS.flatMap((key) => (key.variable === undefined ? [] : [readOne(key, key.variable, environment)]));
  return {
    said: answers.flatMap(({ said }) => said ?? []),
    problems: [...answers.flatMap(({ problem }) => problem ?? []), ...strangers(environment)],
  };
}

function readOne(
  key: Key,
  { name, alias = name, reads }: Variable,
  environment: NodeJS.ProcessEnv,
): { readonly said?: Said; readonly problem?: Problem } {
  const [given, other] = [environment[name]?.trim() || undefined, environment[alias]?.trim() || undefined];
  const text = given ?? other;
  if (text === undefined) return {};
  const value = valueIn(text, reads);
  if (other !== undefined && valueIn(other, reads) !== value) {
    return { problem: { path: [name], message: `expected what ${alias} says (${other}), got ${text}; set only one` } };
  }
  return { said: { key, variable: given === undefined ? alias : name, value } };
}

function valueIn(text: string, reads: Variable['reads']): Json {
  if (reads === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  const word = text.toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : text;
}

/** A misspelt variable would silently change nothing. */
function strangers(environment: NodeJS.ProcessEnv): Problem[] {
  return Object.keys(environment)
    .filter((name) => OURS.test(name) && !NAMES.includes(name))
    .map((name) => ({
      path: [name],
      message: `expected one of ${NAMES.join(', ')}, got ${JSON.stringify(name)}${didYouMean(name, NAMES)}`,
    }));
}
