import { expect, test } from 'vitest';
import { detectCascade, serviceGraph } from '../../src/index.ts';

const graph = serviceGraph({
  backend: ['postgres', 'redis'],
  agents: ['backend'],
  frontend: ['backend'],
  reports: ['frontend'],
  monitoring: ['prometheus'],
});
const hitAt = (impactAt: number | null) => ({ impactAt });

test('the longest path along the dependencies, with the lag of each hop', () => {
  const impacts = { backend: hitAt(1_500), frontend: hitAt(2_000), reports: hitAt(4_000), agents: hitAt(null) };
  const found = detectCascade({ graph, origin: 'postgres', effectAt: 1_000, impacts, blastRadius: 3 });
  expect(found).toMatchObject({
    depth: 3,
    path: ['postgres', 'backend', 'frontend', 'reports'],
    verdict: 'contained',
    affected: ['backend', 'frontend', 'reports'],
  });
  expect(found.hops.map(({ lag }) => lag)).toEqual([500, 500, 2_000]);
  expect(found.unobserved).toEqual(expect.arrayContaining(['redis', 'monitoring', 'prometheus']));
});

test('deeper than declared is exceeded', () => {
  const impacts = { backend: hitAt(1_500), frontend: hitAt(2_000) };
  const found = detectCascade({ graph, origin: 'postgres', effectAt: 1_000, impacts, blastRadius: 1 });
  expect(found).toMatchObject({ depth: 2, verdict: 'exceeded' });
});

test('who was hit before what it hangs on was not hit by it; a bucket earlier is within the error', () => {
  const early = { backend: hitAt(5_000), frontend: hitAt(3_000) };
  const within = { backend: hitAt(5_000), frontend: hitAt(4_500) };
  const common = { graph, origin: 'postgres', effectAt: 1_000, blastRadius: 9 };
  expect(detectCascade({ ...common, impacts: early }).path).toEqual(['postgres', 'backend']);
  expect(detectCascade({ ...common, impacts: within }).path).toEqual(['postgres', 'backend', 'frontend']);
});

test('an impact that its own baseline does not confirm does not count', () => {
  const impacts = { backend: { impactAt: 1_500, confirmed: false }, frontend: hitAt(2_000) };
  expect(detectCascade({ graph, origin: 'postgres', effectAt: 1_000, impacts, blastRadius: 0 })).toMatchObject({
    depth: 0,
    verdict: 'contained',
  });
});

test('when something is hit that does not hang on the origin, nothing is concluded', () => {
  const impacts = { backend: hitAt(1_500), prometheus: hitAt(1_600) };
  const found = detectCascade({ graph, origin: 'postgres', effectAt: 1_000, impacts, blastRadius: 5 });
  expect(found.verdict).toBe('inconclusive');
  expect(found.reasons[0]).toContain('prometheus');
});

test('services that need each other are walked once', () => {
  const ring = serviceGraph({ a: ['b'], b: ['c'], c: ['a'] });
  const impacts = { a: hitAt(1), b: hitAt(1), c: hitAt(1) };
  expect(detectCascade({ graph: ring, origin: 'a', effectAt: 0, impacts, blastRadius: 2 })).toMatchObject({
    depth: 2,
    verdict: 'contained',
  });
});

test('a service that the graph does not have is refused', () => {
  const options = { graph, origin: 'nowhere', effectAt: 0, impacts: {}, blastRadius: 1 };
  expect(() => detectCascade(options)).toThrow(/CHAOS_GRAPH_INVALID.*nowhere/);
});
