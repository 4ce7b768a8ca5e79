import { observedGraph, serviceGraph } from '@bridge/chaos-recovery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** The dependency map of document 003. */
const DOCUMENT = {
  backend: ['postgres', 'redis', 'ollama'],
  frontend: ['backend'],
  agents: ['backend', 'ollama'],
  monitoring: ['prometheus'],
};

describe('a service graph', () => {
  const graph = serviceGraph(DOCUMENT);

  it('knows services that are only depended on', () => {
    expect(graph.services.map(({ name }) => name)).toEqual([
      'backend',
      'frontend',
      'agents',
      'monitoring',
      'postgres',
      'redis',
      'ollama',
      'prometheus',
    ]);
    expect(graph.has('ollama')).toBe(true);
    expect(graph.dependenciesOf('agents')).toEqual(['backend', 'ollama']);
    expect(graph.dependentsOf('ollama')).toEqual(['backend', 'agents']);
    expect(graph.dependentsOf('frontend')).toEqual([]);
  });

  it('walks upstream, nearest first', () => {
    expect(graph.reachableFrom('postgres')).toEqual(['backend', 'frontend', 'agents']);
    expect(graph.reachableFrom('prometheus')).toEqual(['monitoring']);
    expect(graph.lostWith(['redis'])).toEqual(['backend', 'frontend', 'agents']);
  });

  it('keeps services that have an alternative, or do without', () => {
    const redundant = serviceGraph({
      shop: [{ anyOf: ['cache-a', 'cache-b'] }, { optional: 'ads' }],
      front: { needs: ['shop'], replicas: 3, weight: 10 },
    });
    expect(redundant.lostWith(['cache-a'])).toEqual([]);
    expect(redundant.lostWith(['cache-a', 'cache-b'])).toEqual(['shop', 'front']);
    expect(redundant.lostWith(['ads'])).toEqual([]);
    expect(redundant.reachableFrom('ads')).toEqual(['shop', 'front']);
    expect(redundant.services.find(({ name }) => name === 'front')).toMatchObject({ replicas: 3, weight: 10 });
  });

  it('ends in cycles', () => {
    const cycle = serviceGraph({ a: ['b'], b: ['c'], c: ['a'] });
    expect(cycle.reachableFrom('a')).toEqual(['c', 'b']);
    expect(cycle.lostWith(['a'])).toEqual(['c', 'b']);
  });

  it('says what it expected', () => {
    expect(() => serviceGraph({ a: ['a'] })).toThrow(/CHAOS_GRAPH_INVALID: a: expected a service not to need itself/);
    expect(() => serviceGraph({ a: [{ anyOf: ['b'] }] })).toThrow(/CHAOS_GRAPH_INVALID: a/);
    expect(() => graph.reachableFrom('nobody')).toThrow(/nobody: expected a service of the graph \(backend,/);
  });

  it('never loses more than can be reached, and more when more is gone', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const need = fc.oneof(
      name,
      fc.record({ optional: name }),
      fc.uniqueArray(name, { minLength: 2, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    );
    const map = fc
      .dictionary(name, fc.array(need, { maxLength: 3 }))
      .map((entries) => Object.fromEntries(Object.entries(entries).map(([own, needs]) => [own, without(own, needs)])));
    fc.assert(
      fc.property(map, (entries) => {
        const any = serviceGraph(entries);
        for (const { name: first } of any.services) {
          const lost = any.lostWith([first]);
          expect(any.reachableFrom(first)).toEqual(expect.arrayContaining([...lost]));
          for (const { name: second } of any.services) {
            const both = [...any.lostWith([first, second]), first, second];
            expect(both).toEqual(expect.arrayContaining([...lost]));
          }
        }
      }),
    );
  });
});

describe('a graph of observed calls', () => {
  it('has an edge where enough calls were seen', () => {
    const calls = [
      { from: 'web', to: 'api' },
      { from: 'web', to: 'api' },
      { from: 'web', to: 'scanner' },
      { from: 'api', to: 'api' },
    ];
    expect(observedGraph(calls, { atLeast: 2 }).dependenciesOf('web')).toEqual(['api']);
    expect(observedGraph(calls).dependenciesOf('web')).toEqual(['api', 'scanner']);
    expect(observedGraph(calls).dependenciesOf('api')).toEqual([]);
  });
});

type Need = string | { readonly optional: string } | { readonly anyOf: string[] };

function without(own: string, needs: readonly Need[]): Need[] {
  return needs.filter((need) => {
    if (typeof need === 'string') return need !== own;
    return 'optional' in need ? need.optional !== own : !need.anyOf.includes(own);
  });
}
