import { pyStr } from './repr.ts';
import { isDict, isList, type PyDict, type PyValue } from './value.ts';

/** Values by name: the configuration first, then every scope of the secrets. */
export interface Variables {
  readonly configuration: PyDict;
  readonly secrets: PyDict;
}

// string.Template ignores case for the letters of a name; without re.ASCII that adds U+0131 and U+017F.
const REFERENCE = /\$(?:(\$)|([_a-zıſ][_a-z0-9ıſ]*)|\{([_a-zıſ][_a-z0-9ıſ]*)\})/gi;
const WHOLE = /^\$\{([_a-zıſ][_a-z0-9ıſ]*)\}$/i;

/** True when there is nothing to substitute with: Chaos Toolkit leaves `arguments` alone then, `$$` included. */
export function isEmpty({ configuration, secrets }: Variables): boolean {
  return Object.keys(configuration).length === 0 && Object.keys(secrets).length === 0;
}

/** The first value of this name. */
export function lookUp(name: string, { configuration, secrets }: Variables): PyValue | undefined {
  if (Object.hasOwn(configuration, name)) return configuration[name];
  for (const scope of Object.values(secrets)) {
    if (isDict(scope) && Object.hasOwn(scope, name)) return scope[name];
  }
  return undefined;
}

/**
 * Puts values in place of `${name}` and `$name`, through lists and dicts, in values only. A text that is nothing but
 * `${name}` keeps the value's type; elsewhere it is written as Python's `str()` does. Unknown names stay, `$$` becomes `$`.
 */
export function substitute(value: PyValue, variables: Variables): PyValue {
  if (typeof value === 'string') return substituteText(value, variables);
  if (isList(value)) return value.map((item) => substitute(item, variables));
  if (!isDict(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, substitute(member, variables)]));
}

/** The names a text refers to. */
export function referencesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, , plain, braced]) => plain ?? braced ?? []);
}

function substituteText(text: string, variables: Variables): PyValue {
  const whole = WHOLE.exec(text)?.[1];
  const value = whole === undefined ? undefined : lookUp(whole, variables);
  if (value !== undefined) return value;
  return text.replace(REFERENCE, (all: string, dollar?: string, plain?: string, braced?: string) => {
    if (dollar !== undefined) return '$';
    const found = lookUp(plain ?? braced ?? '', variables);
    return found === undefined ? all : pyStr(found);
  });
}
