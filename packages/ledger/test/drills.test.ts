import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  artifactFolder,
  ChaosEngine,
  coverageOf,
  defineCard,
  defineFault,
  definePlugin,
  defineProbe,
  drill,
  drillEntries,
  openBacklog,
} from '@bridge/chaos-core';
import { memoryJournal, virtualClock } from '@bridge/chaos-core/testkit';
import { memoryLedger } from '@bridge/chaos-ledger';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

/** A lamp that can be broken: seen from outside, and nobody is harmed. */
const lamp = { lit: true };

const lit = defineProbe({
  type: 'lit',
  options: z.object({ lamp: z.string() }),
  open: async () => ({
    check: async () => ({ health: lamp.lit ? 'healthy' : 'degraded' }),
    close: async () => undefined,
  }),
});

const lamps = definePlugin({
  name: 'lamps',
  module: import.meta.url,
  options: {},
  targets: [
    {
      kind: 'lamp',
      query: z.string(),
      find: async () => [{ kind: 'lamp', id: 'hall', name: 'hall', labels: {}, startedAt: '0' }],
      reread: async (target) => target,
      group: async (target) => [target],
    },
  ],
  faults: [
    defineFault({
      type: 'lamp.dark',
      target: 'lamp',
      params: z.object({}),
      undo: z.object({}),
      survives: 'engine',
      settle: '100ms',
      prepare: async () => ({}),
      inject: async () => {
        lamp.lit = false;
      },
      revert: async () => {
        lamp.lit = true;
      },
      observe: async () => (lamp.lit ? 'absent' : 'present'),
    }),
  ],
  probes: [lit],
});

const card = defineCard({
  id: 'LA001',
  name: 'Dark hall',
  category: 'lighting',
  hypothesis: 'The caretaker notices within 5 s',
  risk: 2,
  owner: 'caretaker',
  drill: {
    target: 'hall',
    experiment: {
      steadyState: { probes: [lit({ name: 'light', lamp: 'hall', every: '200ms' })] },
      baseline: '3s',
      faults: [{ type: 'lamp.dark', target: { lamp: 'hall' }, params: {}, for: '10s' }],
      recovery: { within: '20s', hold: '2s' },
    },
    blastRadius: { targets: 1 },
    effect: 'injector',
    rollback: {},
    expect: { triggers: ['too-dark'] },
    slo: { detect: '5s', recover: '15s' },
  },
});

describe('drills in a ledger', () => {
  it('are incidents, and what coverage and backlog are built from after a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chaos-'));
    const clock = virtualClock();
    await using ledger = await memoryLedger();
    const state = join(folder, 'state');
    const engine = new ChaosEngine({
      plugins: [lamps],
      armed: true,
      clock,
      state,
      ledger,
      guardian: 'none',
      journal: memoryJournal(),
      environment: 'test',
      signals: false,
    });
    await engine.start();
    const through = async <Result>(work: Promise<Result>): Promise<Result> => {
      let over = false;
      const done = (): void => {
        over = true;
      };
      work.then(done, done);
      while (!over) await clock.next();
      return work;
    };
    const store = artifactFolder(join(folder, 'artifacts'));
    const backlog = await openBacklog(engine, { sinks: [] });
    const missed = await through(drill(engine, card, { version: 'v1', backlog, artifacts: { store } }));
    using _caretaker = engine.on('fault:effective', () => {
      clock.timer(1_000, () => engine.signal({ kind: 'trigger', name: 'too-dark' }));
    });
    const noticed = await through(drill(engine, card, { version: 'v1' }));
    await through(engine.close());
    await rm(folder, { recursive: true });

    const [first, second] = await ledger.incidents();
    expect(first).toMatchObject({
      incident_id: missed.runId,
      card_id: 'LA001',
      category: 'lighting',
      success: false,
      mean_time_to_detect: null,
      gates_failed: 2,
      artifacts: { 'drill.json': missed.artifacts[0]?.sha256 },
    });
    expect(second).toMatchObject({ incident_id: noticed.runId, success: true, gates_passed: 4, gates_failed: 0 });
    expect(second?.mean_time_to_detect).toBeGreaterThan(0);
    expect(second?.mean_time_to_heal).toBeGreaterThan(9);

    const coverage = await coverageOf([card], {
      environment: 'test',
      version: 'v1',
      clock,
      entries: drillEntries(ledger),
    });
    expect(coverage.report().total).toMatchObject({ cells: 1, covered: 1, score: 1 });
    expect(coverage.report().cells[0]?.runs).toEqual({ passed: 1, failed: 1 });
    const reopened = await openBacklog(engine, { sinks: [], entries: drillEntries(ledger) });
    expect(reopened.open).toEqual(backlog.open);
    expect(reopened.open).toMatchObject([{ cause: 'trigger', card: 'LA001' }]);
  });
});
