import type { JsonObject } from '@bridge/chaos-core';

const CONSENSUS = { name: 'consensus', type: 'http', url: 'http://127.0.0.1:1/agree' };

/** Values for every parameter that a built-in scenario must be given, on one kind of target. */
export function givenParameters(kind: string): JsonObject {
  const target = { [kind]: kind === 'process' ? 4242 : 'payments' };
  const names = [
    'target',
    'nodes',
    'database',
    'coordinator',
    'api',
    'service',
    'source',
    'workers',
    'crashes',
    'slow',
  ];
  return {
    ...Object.fromEntries([...names, 'gone', 'stressed'].map((name) => [name, target])),
    consensus: CONSENSUS,
    url: 'http://127.0.0.1:1/health',
    field: '/products',
    port: 8080,
  };
}
