import type { ExperimentInput } from '@bridge/chaos-core';
import { processes, proxies } from '@bridge/chaos-injectors';
import { http } from '@bridge/chaos-recovery';
import type { Storefront } from '../system/start-storefront.ts';

/** @param registry folder in which the proxies of the storefront are found */
export function plugins(registry: string) {
  return [proxies({ registry }), processes()] as const;
}

const TIMES = { baseline: '1s', recovery: { within: '60s', hold: '1s' }, seed: 42 } as const;

/** Three ways in which customers of the storefront are hit and are fine again. */
export function experiments(system: Storefront, proxy: string): ExperimentInput<ReturnType<typeof plugins>>[] {
  const url = `${system.shop}/products`;
  const steadyState = {
    probes: [http({ name: 'shop', url, every: '50ms', timeout: '500ms', keepAlive: false })],
    objectives: [{ probe: 'shop', success: 0.5 }],
  };
  const common = { ...TIMES, steadyState };
  return [
    { ...common, name: 'the shop refuses customers', faults: [{ type: 'proxy.refuse', target: { proxy }, for: '1s' }] },
    {
      ...common,
      name: 'the shop answers too late',
      faults: [{ type: 'proxy.latency', target: { proxy }, params: { delay: '2s' }, for: '2s' }],
    },
    {
      ...common,
      name: 'the front is killed',
      faults: [{ type: 'process.kill', target: { process: system.process('front') } }],
    },
  ];
}
