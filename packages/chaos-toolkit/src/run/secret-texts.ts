import { isDict, isList, type PyValue } from '../python/value.ts';

/** Every text among the secrets. */
export function secretTexts(secrets: PyValue): string[] {
  if (typeof secrets === 'string') return secrets === '' ? [] : [secrets];
  if (isList(secrets)) return secrets.flatMap(secretTexts);
  return isDict(secrets) ? Object.values(secrets).flatMap(secretTexts) : [];
}
