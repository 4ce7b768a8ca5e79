import type { DisturbanceInput } from '@bridge/chaos-core';

/** What becomes scarce. */
export const RESOURCE_DISTURBANCES: readonly DisturbanceInput[] = [
  {
    name: 'cpu_stress',
    description: 'something else computes in the same place',
    parameters: {
      cores: { type: 'integer', default: 1, min: 1 },
      load: { type: 'share', description: 'of each core', default: 0.75 },
    },
    profiles: {
      light: { cores: 1, load: 0.5 },
      moderate: { cores: 1, load: 0.75 },
      severe: { cores: 2, load: 0.95 },
    },
    on: {
      container: { type: 'resource.cpu-stress', params: { cores: '${parameters.cores}', load: '${parameters.load}' } },
      process: { type: 'process.cpu-stress', params: { cores: '${parameters.cores}', load: '${parameters.load}' } },
    },
  },
  {
    name: 'memory_leak',
    description: 'memory is taken, little by little',
    parameters: {
      level: { type: 'size', description: 'in the end', default: '256MiB' },
      ramp: { type: 'duration', description: 'until then', default: '30s' },
    },
    profiles: {
      light: { level: '64MiB', ramp: '30s' },
      moderate: { level: '256MiB', ramp: '30s' },
      severe: { level: '1GiB', ramp: '30s' },
    },
    on: {
      container: {
        type: 'resource.memory-stress',
        params: { level: '${parameters.level}', ramp: '${parameters.ramp}' },
      },
      process: { type: 'process.memory-stress', params: { level: '${parameters.level}', ramp: '${parameters.ramp}' } },
    },
  },
  {
    name: 'disk_fill',
    description: 'the disk fills up',
    parameters: {
      folder: { type: 'text', description: 'where, inside the container', default: '/tmp' },
      bytes: { type: 'size', default: '512MiB' },
    },
    profiles: { light: { bytes: '128MiB' }, moderate: { bytes: '512MiB' }, severe: { bytes: '2GiB' } },
    on: {
      container: {
        type: 'resource.disk-fill',
        params: { folder: '${parameters.folder}', bytes: '${parameters.bytes}' },
      },
    },
  },
  {
    name: 'io_delay',
    description: 'the disk is slow',
    parameters: { rate: { type: 'rate', description: 'read and written each', default: '1MB/s' } },
    profiles: { light: { rate: '10MB/s' }, moderate: { rate: '1MB/s' }, severe: { rate: '100KB/s' } },
    on: {
      container: {
        type: 'resource.io-throttle',
        params: { read: '${parameters.rate}', write: '${parameters.rate}' },
      },
    },
  },
  {
    name: 'connection_exhaustion',
    description: 'others hold the connections',
    parameters: {
      connections: { type: 'integer', default: 100, min: 1 },
      port: { type: 'integer', min: 1, max: 65_535 },
      host: { type: 'text', description: 'an address as the target sees it', default: '127.0.0.1' },
    },
    profiles: { light: { connections: 20 }, moderate: { connections: 100 }, severe: { connections: 1000 } },
    on: {
      container: {
        type: 'resource.connection-exhaustion',
        params: {
          connections: '${parameters.connections}',
          port: '${parameters.port}',
          host: '${parameters.host}',
        },
      },
    },
  },
];
