import type { SuiteInput } from '@bridge/chaos-core';

export const SCENARIO_SUITES: readonly SuiteInput[] = [
  {
    name: 'basic_resilience',
    description: 'What every service should bear: a slow way, a crash, a stall, a dependency that is not there.',
    scenarios: ['network_latency_light', 'service_crash', 'service_pause', 'service_unavailable'],
  },
  {
    name: 'data_pipeline',
    aliases: ['osint_specific'],
    description: 'Source, queue and workers of a data pipeline.',
    scenarios: ['slow_source', 'malformed_source', 'worker_crash', 'backpressure'],
  },
  {
    name: 'comprehensive_stress',
    description: 'Everything becomes scarce in turn: network, processor, memory, disk, connections, and lives.',
    scenarios: [
      'network_latency_severe',
      'bandwidth_limit',
      'packet_loss',
      'cpu_stress_progressive',
      'memory_pressure',
      'disk_space_exhaustion',
      'disk_io_throttle',
      'connection_exhaustion',
      'repeated_crashes',
    ],
  },
  {
    name: 'advanced_chaos',
    description: 'Faults that follow from each other, in several services at once.',
    scenarios: ['cascading_failure', 'outage_during_slowness', 'crash_under_stress', 'network_partition'],
  },
  {
    name: 'dependency_failures',
    description: 'What a service depends on fails: its database, the services it calls.',
    scenarios: ['database_failure', 'api_timeouts', 'service_unavailable'],
  },
  {
    name: 'chaos_experiments',
    description: 'Three long experiments, one for each kind of fault.',
    scenarios: ['basic-container-chaos', 'network-chaos', 'resource-stress'],
  },
  {
    name: 'platform_recovery',
    description: 'How long a platform takes to recover: coordinator, network, database.',
    scenarios: [
      'coordinator_outage',
      'network_partition',
      { scenario: 'network_partition', name: 'network_partition_minority', with: { ratio: 0.3, duration: '90s' } },
      'database_connection_failure',
      'database_latency',
    ],
  },
];
