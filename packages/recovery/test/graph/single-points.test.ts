import type { Report } from '@bridge/chaos-core';
import { serviceGraph, singlePoints } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../report/report-of.ts';

const graph = serviceGraph({
  frontend: { needs: ['backend'], weight: 5 },
  backend: ['postgres', { anyOf: ['cache-a', 'cache-b'] }, { optional: 'search' }],
  postgres: { replicas: 1 },
  search: { replicas: 2 },
});

type Fault = Report['faults'][number];

function fault(service: string, type = 'container.kill'): Fault {
  const target = { kind: 'container', id: service, name: `${service}-1`, startedAt: '1' };
  const none = { requestedAt: 1, acknowledgedAt: 1, effectiveAt: 1, removedAt: null, effect: null, reversal: null };
  return {
    outcome: 'injected',
    step: 's',
    type,
    target: { ...target, labels: { 'com.docker.compose.service': service } },
    params: {},
    id: 'f',
    momentary: true,
    state: { phase: 'planned' },
    facts: { ...none, counters: null },
  };
}

function lossOf(service: string, hit: boolean, extra: Partial<Report> = {}): Report {
  const story = hit ? { impact: 1_000, recovered: 5_000 } : { verdict: 'held' as const };
  return { ...reportOf({ id: `loss-of-${service}`, ...story }), faults: [fault(service)], ...extra };
}

describe('single points of failure', () => {
  it('are ranked by what is lost with them, from the graph alone', () => {
    const points = singlePoints(graph);
    expect(points.map(({ service, lost, evidence }) => [service, lost, evidence])).toEqual([
      ['postgres', ['backend', 'frontend'], 'untested'],
      ['backend', ['frontend'], 'untested'],
    ]);
    // Seven of ten parts of the weight: frontend 5, backend and postgres 1 each.
    expect(points[0]).toMatchObject({ weight: 0.7, score: 0.35, replicas: 1, runs: [], cost: null });
  });

  it('move up when a run confirms them, and down when it refutes them', () => {
    const points = singlePoints(graph, [lossOf('postgres', false), lossOf('backend', true)]);
    expect(points.map(({ service, evidence, runs }) => [service, evidence, runs])).toEqual([
      ['backend', 'confirmed', ['loss-of-backend']],
      ['postgres', 'refuted', ['loss-of-postgres']],
    ]);
  });

  it('are found by runs where the graph sees none', () => {
    const points = singlePoints(graph, [lossOf('search', true)]);
    expect(points.find(({ service }) => service === 'search')).toMatchObject({ evidence: 'confirmed', lost: [] });
  });

  it('tell what the loss cost', () => {
    const [web] = reportOf({ seconds: [{ p50: 1 }] }).probes;
    const lost = { requests: 100, cost: 250, currency: 'EUR' };
    const probes = web === undefined ? [] : [{ ...web, lost }];
    const [first] = singlePoints(graph, [lossOf('postgres', true, { probes })]);
    expect(first).toMatchObject({ service: 'postgres', evidence: 'confirmed', cost: 250 });
  });

  it('are not judged by runs that took away several services, slowed one down, or were no good', () => {
    const both = lossOf('postgres', true, { faults: [fault('postgres'), fault('backend')] });
    const slow = lossOf('postgres', true, { faults: [fault('postgres', 'network.latency')] });
    const invalid = lossOf('postgres', true, { verdict: 'invalid' });
    const evidence = singlePoints(graph, [both, slow, invalid]).map((point) => point.evidence);
    expect(new Set(evidence)).toEqual(new Set(['untested']));
    const [first] = singlePoints(graph, [slow], { isLoss: () => true });
    expect(first).toMatchObject({ service: 'postgres', evidence: 'confirmed' });
  });
});
