import type { ExperimentInput } from '@bridge/chaos-core';
import { http } from '@bridge/chaos-recovery';
import type { EngineSettings } from '../messages.ts';
import type { DemoPlugins } from './plugins.ts';

type DemoExperiment = ExperimentInput<DemoPlugins>;

const TIMES = { baseline: '1.5s', recovery: { within: '15s', hold: '1.5s' }, seed: 42 } as const;

/** What the demo asks of its system, in this order. */
export function experiments(settings: EngineSettings): DemoExperiment[] {
  const { shop, supervisor } = settings;
  const steadyState = steady('shop', shop);
  return [
    {
      ...TIMES,
      name: 'dead dependency: the store refuses connections',
      steadyState: { hypothesis: 'the back end answers from memory', ...steadyState },
      faults: [{ type: 'proxy.refuse', target: { proxy: 'store' }, for: '4s' }],
      expect: 'held',
    },
    {
      ...TIMES,
      name: 'slow dependency: the store answers a second late',
      steadyState: { hypothesis: 'users notice, and are fine once the store is', ...steadyState },
      faults: [
        {
          type: 'proxy.latency',
          target: { proxy: 'store' },
          params: { delay: '1s', jitter: '100ms', direction: 'downstream' },
          for: '4s',
        },
      ],
    },
    {
      ...TIMES,
      name: 'crash: the back end is killed, its supervisor starts it again',
      steadyState,
      faults: [{ type: 'process.kill', target: { process: { parent: supervisor } } }],
    },
    ...pausedContainer(settings),
  ];
}

function pausedContainer({ price, container }: EngineSettings): DemoExperiment[] {
  if (price === null || container === null) return [];
  return [
    {
      ...TIMES,
      name: 'paused container: the price service freezes',
      steadyState: steady('price', price),
      faults: [{ type: 'container.pause', target: { container }, for: '4s' }],
    },
  ];
}

/** The one in whose middle the engine is killed: nobody but the guardian is left to end its faults. */
export function lastExperiment({ shop, supervisor, container }: EngineSettings): DemoExperiment {
  const frozen = { type: 'container.pause', target: { container: container ?? '' }, for: '5m' } as const;
  return {
    ...TIMES,
    name: 'everything at once, and then the engine itself is killed',
    steadyState: steady('shop', shop),
    faults: [
      {
        parallel: [
          { type: 'proxy.refuse', target: { proxy: 'store' }, for: '5m' },
          { type: 'process.pause', target: { process: { parent: supervisor } }, for: '5m' },
          ...(container === null ? [] : [frozen]),
        ],
      },
    ],
  };
}

function steady(name: string, url: string) {
  return {
    probes: [http({ name, url, every: '40ms', timeout: '1s', keepAlive: false })],
    objectives: [{ probe: name, success: 0.9 }],
  };
}
