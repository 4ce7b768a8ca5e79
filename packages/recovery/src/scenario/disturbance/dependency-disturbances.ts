import type { DisturbanceInput } from '@bridge/chaos-core';

/** What goes wrong with what a program depends on. */
export const DEPENDENCY_DISTURBANCES: readonly DisturbanceInput[] = [
  {
    name: 'connection_refused',
    description: 'nobody can connect, and open connections end',
    on: {
      container: { type: 'network.refuse', params: {} },
      proxy: { type: 'proxy.down', params: {} },
    },
  },
  {
    name: 'no_answer',
    description: 'requests are taken and never answered',
    on: {
      container: { type: 'network.blackhole', params: {} },
      proxy: { type: 'proxy.timeout', params: {} },
      process: { type: 'process.pause', params: {} },
    },
  },
  {
    name: 'error_answers',
    description: 'requests are answered with an error',
    parameters: {
      status: { type: 'integer', default: 503, min: 400, max: 599 },
      share: { type: 'share', description: 'of requests', default: 1 },
    },
    profiles: { light: { share: 0.05 }, moderate: { share: 0.3 }, severe: { share: 1 } },
    on: {
      proxy: {
        type: 'proxy.http',
        params: { perRequest: '${parameters.share}', effect: { kind: 'status', status: '${parameters.status}' } },
      },
    },
  },
  {
    name: 'malformed_answers',
    description: 'a field is missing from JSON answers',
    parameters: {
      field: { type: 'text', description: 'JSON pointer of the field, for example /items' },
      share: { type: 'share', description: 'of answers', default: 1 },
    },
    profiles: { light: { share: 0.05 }, moderate: { share: 0.3 }, severe: { share: 1 } },
    on: {
      proxy: {
        type: 'proxy.http',
        params: {
          perRequest: '${parameters.share}',
          effect: { kind: 'change', body: { json: [{ drop: '${parameters.field}' }] } },
        },
      },
    },
  },
];
