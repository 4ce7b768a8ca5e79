import type { DisturbanceInput } from '@bridge/chaos-core';

/** What goes wrong between programs. */
export const NETWORK_DISTURBANCES: readonly DisturbanceInput[] = [
  {
    name: 'network_delay',
    description: 'everything arrives later',
    parameters: {
      delay: { type: 'duration', default: '100ms' },
      jitter: { type: 'duration', default: 0 },
    },
    profiles: {
      light: { delay: '100ms', jitter: '20ms' },
      moderate: { delay: '500ms', jitter: '100ms' },
      severe: { delay: '2000ms', jitter: '400ms' },
    },
    on: {
      container: { type: 'network.latency', params: { delay: '${parameters.delay}', jitter: '${parameters.jitter}' } },
      proxy: {
        type: 'proxy.latency',
        // Of a round trip, as on a container: in one direction only.
        params: { delay: '${parameters.delay}', jitter: '${parameters.jitter}', direction: 'downstream' },
      },
    },
  },
  {
    name: 'packet_loss',
    description: 'packets are lost by chance',
    parameters: { loss: { type: 'share', description: 'of packets', default: 0.05 } },
    profiles: { light: { loss: 0.01 }, moderate: { loss: 0.05 }, severe: { loss: 0.2 } },
    on: {
      container: { type: 'network.loss', params: { perPacket: '${parameters.loss}' } },
      // A proxy loses nothing: what a loss costs TCP, a retransmission after 200 ms (Linux), on that share of connections.
      proxy: {
        type: 'proxy.latency',
        params: { delay: '200ms', perConnection: '${parameters.loss}', direction: 'downstream' },
      },
    },
  },
  {
    name: 'bandwidth_limit',
    description: 'less fits through',
    parameters: { rate: { type: 'rate', default: '1mbit/s' } },
    profiles: { light: { rate: '10mbit/s' }, moderate: { rate: '1mbit/s' }, severe: { rate: '64kbit/s' } },
    on: {
      container: { type: 'network.bandwidth', params: { rate: '${parameters.rate}' } },
      proxy: { type: 'proxy.bandwidth', params: { rate: '${parameters.rate}' } },
    },
  },
  {
    name: 'network_partition',
    description: 'a share of the targets and the rest cannot reach each other',
    parameters: {
      ratio: { type: 'share', description: 'of the targets, on one side', default: 0.5 },
      seed: { type: 'integer', description: 'which of them', default: 1, min: 0 },
    },
    profiles: { light: { ratio: 0.1 }, moderate: { ratio: 0.3 }, severe: { ratio: 0.5 } },
    on: {
      container: {
        type: 'network.partition',
        params: {
          split: { group: '${parameters.target}', share: '${parameters.ratio}', seed: '${parameters.seed}' },
        },
      },
      // A proxy in front of each: whose proxy swallows everything is cut off.
      proxy: { type: 'proxy.timeout', params: {}, pick: '${parameters.ratio.percent}' },
    },
  },
];
