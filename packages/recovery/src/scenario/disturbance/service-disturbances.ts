import type { DisturbanceInput } from '@bridge/chaos-core';

/** What happens to programs themselves. */
export const SERVICE_DISTURBANCES: readonly DisturbanceInput[] = [
  {
    name: 'service_crash',
    description: 'it ends without a word; whoever supervises it is under test',
    on: {
      container: { type: 'container.crash', params: {} },
      process: { type: 'process.kill', params: {} },
    },
  },
  {
    name: 'service_restart',
    description: 'it is told to end, and comes again',
    on: {
      container: { type: 'container.restart', params: {} },
      process: { type: 'process.signal', params: { signal: 'SIGTERM' } },
    },
  },
  {
    name: 'service_pause',
    description: 'it stands still and answers nothing',
    on: {
      container: { type: 'container.pause', params: {} },
      process: { type: 'process.pause', params: {} },
    },
  },
  {
    name: 'service_outage',
    description: 'it is not there, for as long as this lasts',
    on: {
      container: { type: 'container.stop', params: {} },
      process: { type: 'process.pause', params: {} },
      proxy: { type: 'proxy.down', params: {} },
    },
  },
];
