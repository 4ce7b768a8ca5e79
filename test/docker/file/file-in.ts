import type { Target } from '@bridge/chaos-core';
import type { files } from '@bridge/chaos-injectors';
import { faultContext } from '../container/harness.ts';

/** A file of a container as the plugin's target source finds it. */
export async function fileIn(plugin: ReturnType<typeof files>, container: string, path: string): Promise<Target> {
  const [source] = plugin.targets;
  const [target] = await source.find(source.query.parse({ path, container }), faultContext());
  if (target === undefined) throw new Error(`${path} of ${container} was not found.`);
  return target;
}
