import { containers, processes, proxies } from '@bridge/chaos-injectors';

/** @param registry folder in which the demo's proxies are found */
export function plugins(registry: string) {
  return [proxies({ registry }), processes(), containers()] as const;
}

export type DemoPlugins = ReturnType<typeof plugins>;
