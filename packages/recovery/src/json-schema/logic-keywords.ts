import { asArray, asMembers, asText } from './json-kind.ts';
import { firstMismatch, type Keyword, mismatch, type Place, type SchemaCheck } from './keyword.ts';

function compileAll(value: Parameters<Keyword>[0], { at, compile }: Place): SchemaCheck[] {
  return asArray(value).map((part, index) => compile(part, `${at}/${index}`));
}

const allOf: Keyword = (value, place) => {
  const checks = compileAll(value, place);
  return (document) => firstMismatch(checks, (check) => check(document));
};

const anyOf: Keyword = (value, place) => {
  const checks = compileAll(value, place);
  return (document) => {
    const found = checks.map((check) => check(document));
    if (found.includes(undefined)) return undefined;
    return mismatch(`fits none of the alternatives: ${found.map((one) => one?.reason).join('; ')}`);
  };
};

const oneOf: Keyword = (value, place) => {
  const checks = compileAll(value, place);
  return (document) => {
    const fitting = checks.filter((check) => check(document) === undefined).length;
    return fitting === 1 ? undefined : mismatch(`expected to fit exactly one alternative, fits ${fitting}`);
  };
};

const not: Keyword = (value, { at, compile }) => {
  const check = compile(value, at);
  return (document) => (check(document) === undefined ? mismatch('fits what it must not fit') : undefined);
};

const conditional: Keyword = (value, { schema, at, compile }) => {
  const condition = compile(value, at);
  const consequence = compile(schema['then'] ?? true, at.replace(/if$/, 'then'));
  const alternative = compile(schema['else'] ?? true, at.replace(/if$/, 'else'));
  return (document) => (condition(document) === undefined ? consequence(document) : alternative(document));
};

const definitions: Keyword = (value, { at, compile }) => {
  for (const [name, part] of asMembers(value)) compile(part, `${at}/${name}`);
  return undefined;
};

/** Keywords that combine schemas. */
export const logicKeywords: Readonly<Record<string, Keyword>> = {
  allOf,
  anyOf,
  oneOf,
  not,
  if: conditional,
  // Read by `if`.
  // biome-ignore lint/suspicious/noThenProperty: the keyword is called so, and this object is never awaited
  then: () => undefined,
  else: () => undefined,
  $ref: (value, { reference }) => reference(asText(value)),
  $defs: definitions,
  definitions,
};
