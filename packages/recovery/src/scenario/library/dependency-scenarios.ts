import type { ParameterInput, ScenarioInput } from '@bridge/chaos-core';
import { DURATION, RECOVERED_WITHIN, WITHIN } from './shared-parts.ts';

const DATABASE: ParameterInput = {
  type: 'target',
  description: 'the database, or a proxy in front of it',
};

export const DEPENDENCY_SCENARIOS: readonly ScenarioInput[] = [
  {
    name: 'coordinator_outage',
    description: 'The service everybody asks is gone for a while, under load before, during and after.',
    category: 'dependency',
    complexity: 'moderate',
    parameters: {
      coordinator: { type: 'target', description: 'the coordinator, or a proxy in front of it' },
      url: { type: 'text', description: 'what the load asks of it' },
      rate: { type: 'number', description: 'requests per second', default: 10, min: 0.1 },
      outage: { type: 'duration', default: '120s' },
      within: WITHIN,
    },
    load: {
      type: 'http',
      request: { url: '${parameters.url}' },
      arrivals: { kind: 'constant', rate: '${parameters.rate}' },
    },
    steps: [
      { id: 'outage', disturb: 'service_outage', target: '${parameters.coordinator}', for: '${parameters.outage}' },
    ],
    ...RECOVERED_WITHIN,
  },
  {
    name: 'database_connection_failure',
    description: 'Nobody can connect to the database, and open connections end.',
    category: 'dependency',
    complexity: 'simple',
    parameters: { database: DATABASE, duration: DURATION, within: WITHIN },
    steps: [
      {
        id: 'connection',
        disturb: 'connection_refused',
        target: '${parameters.database}',
        for: '${parameters.duration}',
      },
    ],
    ...RECOVERED_WITHIN,
  },
  {
    name: 'database_latency',
    description: 'The database answers very late.',
    category: 'dependency',
    complexity: 'simple',
    parameters: {
      database: DATABASE,
      latency: { type: 'duration', default: '5000ms' },
      duration: DURATION,
      within: WITHIN,
    },
    steps: [
      {
        id: 'latency',
        disturb: 'network_delay',
        target: '${parameters.database}',
        with: { delay: '${parameters.latency}' },
        for: '${parameters.duration}',
      },
    ],
    ...RECOVERED_WITHIN,
  },
  {
    name: 'database_failure',
    description: 'The database cannot be reached, and is very slow when it comes back.',
    category: 'dependency',
    complexity: 'moderate',
    parameters: {
      database: DATABASE,
      latency: { type: 'duration', default: '5000ms' },
      duration: DURATION,
      within: WITHIN,
    },
    steps: [
      {
        id: 'gone',
        use: 'database_connection_failure',
        with: { database: '${parameters.database}', duration: '${parameters.duration}' },
      },
      {
        id: 'slow',
        use: 'database_latency',
        with: {
          database: '${parameters.database}',
          duration: '${parameters.duration}',
          latency: '${parameters.latency}',
        },
      },
    ],
    ...RECOVERED_WITHIN,
  },
  {
    name: 'api_timeouts',
    description: 'A service that is called takes requests and never answers.',
    category: 'dependency',
    complexity: 'simple',
    parameters: {
      api: { type: 'target', description: 'the service that is called, or a proxy in front of it' },
      duration: DURATION,
      within: WITHIN,
    },
    steps: [{ id: 'silence', disturb: 'no_answer', target: '${parameters.api}', for: '${parameters.duration}' }],
    ...RECOVERED_WITHIN,
  },
  {
    name: 'service_unavailable',
    description: 'A service that is called is not there.',
    category: 'dependency',
    complexity: 'simple',
    parameters: {
      service: { type: 'target', description: 'the service, or a proxy in front of it' },
      duration: DURATION,
      within: WITHIN,
    },
    steps: [
      { id: 'outage', disturb: 'service_outage', target: '${parameters.service}', for: '${parameters.duration}' },
    ],
    ...RECOVERED_WITHIN,
  },
];
