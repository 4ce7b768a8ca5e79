import type { Json, JsonObject, Random } from '@bridge/chaos-core';

// Experiments nobody wrote: every part drawn from what the format allows, so that the outcome depends on rules that no
// recorded case combines this way.

function one<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[random.int(items.length)] ?? items[0];
}

function provider(random: Random, folder: string): JsonObject {
  const process = (path: string, ...args: Json[]): JsonObject => ({ type: 'process', path, arguments: args });
  const python = (module: string, func: string, given: JsonObject): JsonObject => {
    return { type: 'python', module, func, arguments: given };
  };
  return one<JsonObject>(random, [
    process('true'),
    process('false'),
    process('echo', '${n}', 'n=$n', '${obj}', '$$', null, '', true, 1.5, '${nope}'),
    process('printf', '%s', '{"items": [{"a": 1, "b": "x"}, {"a": 2, "b": null}], "n": 7}'),
    process('rm', '-f', `${folder}/f`),
    process('touch', `${folder}/f`),
    { ...process('sleep', '5'), timeout: 0.05 },
    python('os.path', 'exists', { path: `${folder}/f` }),
    python('os.path', 'basename', { p: '/a/${s}' }),
    python('os', 'listdir', { path: `${folder}/empty` }),
    python('os', 'remove', { path: `${folder}/f` }),
    python('json', 'dumps', { obj: { k: '${obj}', l: ['${n}', 'x${f}'] } }),
    python('json', 'loads', { s: '[1, 2.0, {"a": true}]' }),
    { type: 'http', url: 'http://127.0.0.1:1/' },
  ]);
}

function tolerance(random: Random): Json {
  return one<Json>(random, [
    0,
    1,
    true,
    false,
    'str',
    '${n}',
    '${s}',
    [0, 1],
    [0],
    [1, 2, 3],
    { type: 'regex', pattern: 'n=[0-9]', target: 'stdout' },
    { type: 'regex', pattern: '^s' },
    { type: 'range', range: [0, 1], target: 'status' },
    { type: 'range', range: [-1, 3.5] },
    { type: 'jsonpath', path: '$.items[*].a', target: 'stdout' },
    { type: 'jsonpath', path: '$.items[*][?(@.a=1 or @.a=2 and @.b="x")].a', target: 'stdout', expect: 1 },
    { type: 'jsonpath', path: '$.status', expect: 0 },
    { type: 'jsonpath', path: '$.items[?(@.a=1)]', target: 'stdout', count: 0 },
    { type: 'jsonpath', path: '$[2].a', expect: [true] },
    { type: 'jsonpath', path: '$..a', count: 2, target: 'stdout' },
  ]);
}

function activity(random: Random, folder: string, name: string): JsonObject {
  const background = random.int(8) === 0 ? { background: true } : {};
  const pauses = random.int(10) === 0 ? { pauses: { before: 0.01, after: '${f}' } } : {};
  return { type: one(random, ['probe', 'action']), name, provider: provider(random, folder), ...background, ...pauses };
}

/** An experiment that leaves `folder` with or without a file `rb`, whether its rollbacks ran. */
export function randomExperiment(random: Random, folder: string): JsonObject {
  const many = (name: string, most: number): JsonObject[] =>
    Array.from({ length: random.int(most + 1) }, (_, index) => activity(random, folder, `${name}${index}`));
  const probes = many('p', 2).map(({ background: _, ...probe }) => ({
    ...probe,
    type: 'probe',
    tolerance: tolerance(random),
  }));
  const runtime =
    random.int(3) === 0
      ? { runtime: { rollbacks: { strategy: one(random, ['default', 'always', 'never', 'deviated']) } } }
      : {};
  const touch = {
    type: 'action',
    name: 'rb',
    provider: { type: 'process', path: 'touch', arguments: [`${folder}/rb`] },
  };
  return {
    title: 'about ${s}',
    description: 'drawn',
    configuration: { n: 1, s: 'str', f: 0.01, obj: { a: [1, true, null], b: "it's" } },
    'steady-state-hypothesis': { title: 'h', probes },
    method: many('m', 3),
    rollbacks: [...many('r', 1), touch],
    ...runtime,
  };
}
