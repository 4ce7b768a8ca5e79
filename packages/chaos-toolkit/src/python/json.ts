import { type PyValue, pyFloat } from './value.ts';

/** What V8 tells a reviver about a primitive: its text (ECMA-262 proposal "JSON.parse source text access"). */
interface Source {
  readonly source?: string;
}

function reviveNumber(_key: string, value: PyValue, context?: Source): PyValue {
  if (typeof value !== 'number') return value;
  return /[.eE]/.test(context?.source ?? '') ? pyFloat(value) : value;
}

/** `json.loads`: as JSON.parse, but `1.0` stays a float. Throws SyntaxError. */
export function parsePythonJson(text: string): PyValue {
  return JSON.parse(text, reviveNumber);
}
