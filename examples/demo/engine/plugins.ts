import { containers, processes, proxies } from '@bridge/chaos-injectors';
import { recovery } from '@bridge/chaos-recovery';

/** @param registry folder in which the demo's proxies are found */
export function plugins(registry: string) {
  return [proxies({ registry }), processes(), containers(), recovery()] as const;
}

export type DemoPlugins = ReturnType<typeof plugins>;
