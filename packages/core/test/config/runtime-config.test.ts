import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  CONFIGURATION_KEYS,
  loadRuntimeConfig,
  type RuntimeConfig,
  runtimeConfigLines,
  safetySchema,
  USAGE_PRESETS,
} from '../../src/index.ts';
import { DOCUMENTS } from './documents.ts';
import { keyTable } from './key-table.ts';

const load = (content: unknown, environment: NodeJS.ProcessEnv = {}): Promise<RuntimeConfig> =>
  loadRuntimeConfig({ content, environment });

describe('defaults', () => {
  it('are those of document 000: chaos off every 600 s at 15 %, recovery on', async () => {
    const config = await load({});
    expect(config.chaos).toEqual({ enabled: false, interval: 600_000, probability: 0.15 });
    expect(config.recovery).toBe(true);
    expect(config.engine.armed).toBe(false);
    expect(config.forward).toEqual([]);
    expect(config.schedules).toEqual([]);
  });

  it('hold without a file, and a file that is named must exist', async () => {
    await expect(loadRuntimeConfig({ environment: {} })).resolves.toMatchObject({ recovery: true });
    await expect(loadRuntimeConfig({ file: '/nowhere/x.yaml', environment: {} })).rejects.toMatchObject({
      code: 'CHAOS_CONFIGURATION_INVALID',
    });
  });
});

describe('the documents', () => {
  it.each(Object.keys(DOCUMENTS) as (keyof typeof DOCUMENTS)[])('%s loads as it is written', async (document) => {
    await expect(load(DOCUMENTS[document])).resolves.toBeDefined();
  });

  it('have no key that the table does not name', () => {
    const named = new Set(CONFIGURATION_KEYS.map(({ path }) => path));
    const written = Object.values(DOCUMENTS).flatMap((text) => pathsIn(text));
    expect(written.length).toBeGreaterThan(25);
    expect(written.filter((path) => !named.has(path))).toEqual([]);
  });

  it('000: the list of what is forwarded', async () => {
    const { forward } = await load(DOCUMENTS['000']);
    expect(forward).toEqual(['federation/heartbeat', 'federation/consensus', 'recovery']);
  });

  it('001: safety becomes approval, the interval, and limits that end every run', async () => {
    const { engine } = await load(DOCUMENTS['001 safety']);
    expect(engine.environment).toBeUndefined();
    expect(engine.safety).toMatchObject({ requireApproval: 'critical', checkInterval: 5_000 });
    expect(engine.safety.stopWhen).toEqual([
      { cpuAbove: 0.9 },
      { memoryAbove: 0.85 },
      { successBelow: 0.5 },
      { p95Above: 5_000 },
    ]);
  });

  it('001: global, injectors and integration', async () => {
    const config = await load(DOCUMENTS['001 chaos_engineer.yaml']);
    expect(config.engine.safety).toMatchObject({
      maxConcurrentRuns: 3,
      checkInterval: 10_000,
      stopWhen: [{ healthBelow: 0.8 }],
      faults: {
        'network.latency': { enabled: true, max: { delay: 2_000 } },
        'resource.cpu-stress': { enabled: true, max: { load: 0.95 } },
      },
    });
    expect(config.autoRecoveryUrl).toBe('http://172.30.0.41:8080');
    expect(config.healthMonitorUrl).toBe('http://172.30.0.38:8080');
  });

  it('001: of the two intervals the shorter one counts', async () => {
    const { engine } = await load({
      global: { safety_check_interval: 10 },
      safety: { safety_monitoring_interval: 5 },
    });
    expect(engine.safety.checkInterval).toBe(5_000);
  });

  it('003: a schedule inside the maintenance window, safe', async () => {
    const { schedules } = await load(DOCUMENTS['003 schedules']);
    expect(schedules).toEqual([
      {
        name: 'daily-container-chaos',
        cron: '30 2 * * *',
        timeZone: 'UTC',
        probability: 0.3,
        safeMode: true,
        windows: [{ days: ['mon', 'wed', 'fri'], from: '02:00', to: '04:00' }],
      },
    ]);
  });

  it('003: safety protects, and leaves most of a group alone', async () => {
    const { engine, minHealthyServices } = await load(DOCUMENTS['003 safety']);
    expect(engine.safety.protect).toEqual(['sutazai-postgres', 'sutazai-prometheus', 'sutazai-grafana']);
    expect(engine.safety.maxShareOfGroup).toBeCloseTo(0.2);
    expect(minHealthyServices).toBe(0.8);
  });

  it('production mode asks for everything that production needs', async () => {
    const { engine } = await load({ safety: { production_mode: true } });
    expect(engine.environment).toBe('production');
  });

  it.each(['000', '001 safety', '001 chaos_engineer.yaml', '003 schedules', '003 safety'] as const)(
    '%s gives a safety block that the engine takes',
    async (document) => {
      const { engine } = await load(DOCUMENTS[document]);
      expect(safetySchema.safeParse(engine.safety)).toMatchObject({ success: true });
    },
  );
});

describe('usage limits', () => {
  it.each([
    ['cpu90-memory85', DOCUMENTS['001 safety']],
    ['cpu85-memory90', DOCUMENTS['003 safety']],
  ] as const)('%s is the pair of a document', async (usage_limits, document) => {
    const { cpu, memory } = USAGE_PRESETS[usage_limits];
    const named = await load({ safety: { usage_limits } });
    expect(named.engine.safety.stopWhen).toEqual([{ cpuAbove: cpu }, { memoryAbove: memory }]);
    const written = await load(document);
    expect(written.engine.safety.stopWhen).toEqual(expect.arrayContaining([...(named.engine.safety.stopWhen ?? [])]));
  });

  it('one that is written itself wins over the pair', async () => {
    const { engine } = await load({ safety: { usage_limits: 'cpu90-memory85', max_cpu_usage: 50 } });
    expect(engine.safety.stopWhen).toEqual([{ cpuAbove: 0.5 }, { memoryAbove: 0.85 }]);
  });
});

describe('the environment', () => {
  it('wins over the file', async () => {
    const environment = {
      BRH_CHAOS_ENABLED: 'true',
      BRH_CHAOS_INTERVAL: '300',
      BRH_KILL_PROB: '0.5',
      BRH_RECOVERY_ENABLED: 'false',
    };
    const config = await load(DOCUMENTS['000'], environment);
    expect(config.chaos).toEqual({ enabled: true, interval: 300_000, probability: 0.5 });
    expect(config.recovery).toBe(false);
    expect(config.engine.armed).toBe(true);
  });

  it('that is empty says nothing', async () => {
    const config = await load({}, { BRH_CHAOS_ENABLED: '', BRH_CHAOS_INTERVAL: ' ' });
    expect(config.chaos).toMatchObject({ enabled: false, interval: 600_000 });
  });

  it.each([
    [{ BRH_CHAOS_ENABLED: 'maybe' }, 'BRH_CHAOS_ENABLED: expected true or false, got "maybe"'],
    [{ BRH_CHAOS_INTERVAL: 'soon' }, 'BRH_CHAOS_INTERVAL: expected a duration'],
    [{ BRH_CHAOS_INTERVAL: '-5' }, 'BRH_CHAOS_INTERVAL: '],
    [{ BRH_KILL_PROB: '15' }, 'BRH_KILL_PROB: expected a share from 0 to 1'],
    [{ BRH_CHAOS_INTREVAL: '5' }, 'did you mean "BRH_CHAOS_INTERVAL"?'],
    [
      { BRH_CHAOS_ENABLED: 'true', CHAOS_ENABLED: 'false' },
      'BRH_CHAOS_ENABLED: expected what CHAOS_ENABLED says (false)',
    ],
  ])('%o is refused by name', async (environment, message) => {
    await expect(load({}, environment)).rejects.toThrow(message);
  });
});

describe('what is wrong', () => {
  it.each([
    [
      { runtime: { health: { recovry: true } } },
      'runtime.health.recovry: expected no such key, got "recovry"; did you mean "recovery"?',
    ],
    [{ safty: {} }, 'safty: expected no such key, got "safty"; did you mean "safety"?'],
    [
      { global: { max_cpu_usage: 3 } },
      'global.max_cpu_usage: expected no such key, got "max_cpu_usage"; did you mean "safety.max_cpu_usage"?',
    ],
    [{ runtime: { health: { chaos: { interval: 0 } } } }, 'runtime.health.chaos.interval: expected more than 0 s'],
    [{ runtime: { health: { chaos: { probability: 1.5 } } } }, 'runtime.health.chaos.probability: expected a share'],
    [{ runtime: { health: { chaos: 'on' } } }, 'runtime.health.chaos: expected keys such as enabled'],
    [{ runtime: { health: { recovery: 'yes' } } }, 'runtime.health.recovery: expected true or false, got "yes"'],
    [
      { runtime: { ledger: { forward: ['recovry'] } } },
      'runtime.ledger.forward[0]: expected one of federation/heartbeat',
    ],
    [
      { safety: { max_cpu_usage: 0.9 } },
      'safety.max_cpu_usage: expected per cent, a number from 1 to 100; write 90, not 0.9',
    ],
    [
      { safety: { auto_rollback_enabled: false } },
      'safety.auto_rollback_enabled: expected true: every fault is always reverted',
    ],
    [{ safety: { usage_limits: 'low' } }, 'safety.usage_limits: '],
    [{ safety: { approve: 'x' } }, 'safety.approve: is refused: who approves is a function'],
    [{ safety: { maxHold: 'x' } }, 'safety.maxHold: expected a duration'],
    [{ scenarios: [] }, 'scenarios: is refused'],
    [{ services: {} }, "say `foreign: ['services']`"],
    [
      { integration: { auto_recovery_url: 'ftp://x' } },
      'integration.auto_recovery_url: expected an http:// or https:// address',
    ],
    [
      { schedules: [{ name: 'a', frequency: 'daily', schedule_pattern: '2:30' }] },
      'schedules[0].schedule_pattern: expected a time for "daily" such as "02:30"',
    ],
    [{ schedules: [{ name: 'a', frequncy: 'daily' }] }, 'did you mean "frequency"?'],
    [
      { global: { max_concurrent_experiments: 3 }, safety: { maxConcurrentRuns: 3 } },
      'global.max_concurrent_experiments: expected it only once',
    ],
    ['a: [', 'expected a configuration as JSON or YAML; line 1'],
    ['just text', '(root): expected keys such as runtime'],
  ])('%o is said with its path', async (content, message) => {
    await expect(load(content)).rejects.toMatchObject({
      code: 'CHAOS_CONFIGURATION_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('is said all at once', async () => {
    const failure = load({ safty: {}, runtime: { health: { recovery: 1 } } }, { BRH_KILL_PROB: '2' });
    await expect(failure).rejects.toMatchObject({ details: { issues: [{}, {}, {}] } });
  });

  it('is not what belongs to others, when they are named', async () => {
    const content = { services: { a: 1 }, runtime: { name: 'x' } };
    const foreign = ['services', 'runtime.name'];
    await expect(loadRuntimeConfig({ content, environment: {}, foreign })).resolves.toBeDefined();
  });
});

describe("the engine's own safety options", () => {
  it('may stand beside those of the documents', async () => {
    const { engine, schedules } = await load({
      safety: {
        maxActiveFaults: 2,
        protect: ['db'],
        protected_services: ['cache'],
        windows: [{ from: '09:00', to: '17:00' }],
        stopWhen: [{ healthBelow: 0.5 }],
        max_error_rate: 20,
      },
      schedules: [{ name: 'a', frequency: 'weekly', schedule_pattern: 'mon 09:30' }],
    });
    expect(engine.safety).toMatchObject({ maxActiveFaults: 2, protect: ['db', 'cache'] });
    expect(engine.safety.stopWhen).toEqual([{ healthBelow: 0.5 }, { successBelow: 0.8 }]);
    expect(schedules[0]).toMatchObject({ cron: '30 9 * * MON', windows: [{ from: '09:00', to: '17:00' }] });
  });
});

describe('the effective configuration', () => {
  it('says where each setting comes from, without secrets', async () => {
    const content = {
      runtime: { health: { chaos: { interval: 300 } } },
      integration: { health_monitor_url: 'http://user:hunter2@monitor/' },
    };
    const lines = runtimeConfigLines(await load(content, { BRH_CHAOS_ENABLED: '1' })).join('\n');
    expect(lines).toMatch(/runtime\.health\.recovery\s+true\s+\(default\)/);
    expect(lines).toMatch(/runtime\.health\.chaos\.enabled\s+true\s+\(environment: BRH_CHAOS_ENABLED\)/);
    expect(lines).toMatch(/runtime\.health\.chaos\.interval\s+300\s+\(the configuration\)/);
    expect(lines).not.toContain('hunter2');
  });
});

describe('the docs page', () => {
  it('has the table of every key', async () => {
    const page = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    expect(page).toContain(keyTable());
  });
});

/** Dotted paths of every leaf; members of lists as `[]`. */
function pathsIn(text: string): string[] {
  const open: { readonly indent: number; readonly path: string }[] = [];
  return text.split('\n').flatMap((line) => {
    const [, space = '', dash = '', key, value = ''] = /^( *)(- )?([a-z_]+):(.*)$/.exec(line) ?? [];
    if (key === undefined) return [];
    const indent = space.length + dash.length;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const parent = open.at(-1)?.path;
    const inList = parent === 'schedules' ? `${parent}[]` : parent;
    const path = inList === undefined ? key : `${inList}.${key}`;
    const isLeaf = value.replace(/#.*/, '').trim() !== '';
    if (!isLeaf) open.push({ indent, path });
    const isList = ['forward', 'protected_services', 'schedules'].includes(key);
    return isLeaf || isList ? [path] : [];
  });
}
