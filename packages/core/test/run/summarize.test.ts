import { parseExperiment, Run, summarize } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { settle, World } from './world.ts';

async function summaryOf(world: World): Promise<string> {
  const host = world.host();
  const experiment = parseExperiment(
    {
      name: 'front survives',
      steadyState: {
        probes: [{ name: 'front', type: 'service', service: 'front' }],
        objectives: [{ probe: 'front', success: 0.95 }],
      },
      baseline: '10s',
      faults: [{ type: 'service.disturb', target: { service: 'front' }, params: { wrong: true }, for: '10s' }],
      recovery: { within: '30s', hold: '5s' },
    },
    host.registry,
  );
  const run = new Run(host, { id: 'run-1', experiment, seed: 7, actor: null });
  return summarize(await settle(world.clock, run.report)).join('\n');
}

describe('the summary of a report', () => {
  it('says what happened, why, and that all is undone', async () => {
    expect(await summaryOf(new World('front'))).toMatchInlineSnapshot(`
      "PASS front survives: recovered (expected recovered)
        not detected, recovered after 10.0 s, 0.1 s after the fault was gone
        recovered: front: users were hit for 10.0 s
        recovered: while the fault was there: front success: 0 % of 100 checks, limit 95 %: fail
        baseline: front success: 100 % of 100 checks, limit 95 %: pass
        fault: front success: 0 % of 100 checks, limit 95 %: fail
        after: front success: 100 % of 52 checks, limit 95 %: inconclusive; 73 checks would decide
        every fault proven undone (1)
        run run-1, seed 7, 25.3 s"
    `);
  });

  it('shouts when something is not proven undone', async () => {
    const world = new World('front');
    world.misbehaviour.leaks = true;
    const summary = await summaryOf(world);
    expect(summary).toContain('FAIL front survives: leaked (expected recovered)');
    expect(summary).toContain('NOT PROVEN UNDONE: service.disturb on front');
  });
});
