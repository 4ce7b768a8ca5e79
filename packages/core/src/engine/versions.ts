import type { Registry } from '../registry.ts';

/** Version of this package; a test keeps it equal to package.json. */
export const VERSION = '0.1.0';

/** What a report must name so that a run can be repeated. */
export function versionsOf({ plugins }: Registry): Readonly<Record<string, string>> {
  const versioned = plugins.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version] as const]));
  return { '@bridge/chaos-core': VERSION, node: process.version, ...Object.fromEntries(versioned) };
}
