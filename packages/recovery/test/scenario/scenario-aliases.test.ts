import { ChaosEngine, parseScenarios } from '@bridge/chaos-core';
import { containers, network, processes, proxies, resources } from '@bridge/chaos-injectors';
import { recovery, SCENARIO_ALIASES, scenarioLibrary } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';

// As it stands in document 001.
const DOCUMENT = `
scenarios:
  - name: "custom_osint_test"
    description: "Custom OSINT resilience test"
    category: "integration"
    complexity: "moderate"
    target_services: ["osint-collector", "threat-analyzer"]
    steps:
      - name: "inject_network_delay"
        action_type: "inject_fault"
        parameters:
          injector_name: "network_delay"
          delay_ms: 200
`;

const engine = new ChaosEngine({
  plugins: [containers(), network(), resources(), processes(), proxies(), recovery()],
  armed: false,
});

/** The faults of one step with these parameters, on these kinds of target. */
function faultsOf(parameters: object, kind = 'container') {
  const scenario = {
    name: 'one',
    description: 'one step',
    category: 'integration',
    complexity: 'simple',
    target_services: ['web-server'],
    steps: [{ name: 'break', action_type: 'inject_fault', parameters }],
  };
  const library = scenarioLibrary().with(parseScenarios(scenario, SCENARIO_ALIASES));
  const target = { [kind]: kind === 'process' ? { name: 'web' } : 'web-1' };
  return engine.parse(library.expand('one', { parameters: { 'web-server': target } })).faults;
}

describe('scenarios with action_type', () => {
  it('load as document 001 writes them, on containers unless said otherwise', () => {
    const library = scenarioLibrary().with(parseScenarios(DOCUMENT, SCENARIO_ALIASES));
    const { faults } = engine.parse(library.expand('custom_osint_test'));
    expect(JSON.stringify(faults)).toContain('"type":"network.latency"');
    expect(faults).toEqual([
      expect.objectContaining({
        steps: [
          expect.objectContaining({
            target: expect.objectContaining({ kind: 'container', query: 'osint-collector' }),
            params: { delay: 200, jitter: 0 },
          }),
          expect.objectContaining({ target: expect.objectContaining({ query: 'threat-analyzer' }) }),
        ],
      }),
    ]);
    const elsewhere = { 'osint-collector': { proxy: 'collector' }, 'threat-analyzer': { proxy: 'analyzer' } };
    const { faults: onProxies } = engine.parse(library.expand('custom_osint_test', { parameters: elsewhere }));
    expect(JSON.stringify(onProxies)).toContain('"type":"proxy.latency"');
  });

  it('take a profile, and what is said beside it wins', () => {
    const named = { injector_name: 'network_delay', profile_name: 'network_delay_light' };
    expect(faultsOf(named)).toMatchObject([{ params: { delay: '100ms', jitter: '20ms' } }]);
    const said = { ...named, parameters: { delay_ms: 150, jitter_ms: 30 } };
    expect(faultsOf(said)).toMatchObject([{ params: { delay: 150, jitter: 30 } }]);
    expect(faultsOf({ profile_name: 'cpu_stress_heavy' }, 'process')).toMatchObject([
      { type: 'process.cpu-stress', params: { cores: 2, load: 0.95 } },
    ]);
  });

  it.each([
    [{ injector_name: 'packet_loss', loss_percent: 10 }, 'network.loss', { perPacket: 0.1 }],
    [{ injector_name: 'bandwidth_limit', rate_kbps: 64 }, 'network.bandwidth', { rate: '64kbit/s' }],
    [{ injector_name: 'cpu_stress', cpu_cores: 2, cpu_load: 90 }, 'resource.cpu-stress', { cores: 2, load: 0.9 }],
    [
      { injector_name: 'memory_leak', memory_mb: 200, ramp_seconds: 5 },
      'resource.memory-stress',
      { level: '200MB', ramp: 5000 },
    ],
    [
      { injector_name: 'disk_fill', fill_size_mb: 500, fill_path: '/data' },
      'resource.disk-fill',
      { folder: '/data', bytes: '500MB' },
    ],
    [{ injector_name: 'io_delay', rate_mb_per_sec: 2 }, 'resource.io-throttle', { read: '2MB/s', write: '2MB/s' }],
    [
      { injector_name: 'connection_exhaustion', port: 80, connections: 7 },
      'resource.connection-exhaustion',
      { port: 80, connections: 7 },
    ],
    [
      { injector_name: 'network_partition', partition_ratio: 0.3 },
      'network.partition',
      { split: { group: 'web-1', share: 0.3, seed: 1 } },
    ],
    [{ injector_name: 'service_crash' }, 'container.crash', {}],
  ])('know what %j is', (parameters, type, params) => {
    expect(faultsOf(parameters)).toMatchObject([{ type, params }]);
  });

  it('name every injector and profile there is', () => {
    expect(() => faultsOf({ injector_name: 'network_dely' })).toThrow('did you mean "network_delay"?');
    expect(() => faultsOf({ injector_name: 'network_delay', profile_name: 'cpu_stress_light' })).toThrow(
      'expected a profile of "network_delay"',
    );
    expect(() => faultsOf({ injector_name: 'network_delay', delay: 100 })).toThrow(
      'expected the name of a parameter of this injector, got "delay"',
    );
  });
});
