/** One of the plugins that come with the command line. */
export interface OwnPlugin {
  readonly name: string;
  /** A word of an experiment (a fault, probe, load, or kind of target) that needs it. */
  readonly words: RegExp;
  /** Part of the default set. */
  readonly isDefault: boolean;
  load(): Promise<{ readonly default: unknown }>;
}

/** Imported only where an experiment needs them: together they take longer to load than a small run. */
export const OWN_PLUGINS: readonly OwnPlugin[] = [
  {
    name: 'containers',
    words: /^(?:container$|(?:container|network|resource)\.)/,
    isDefault: true,
    load: () => import('@bridge/chaos-injectors/containers'),
  },
  { name: 'network', words: /^network\./, isDefault: true, load: () => import('@bridge/chaos-injectors/network') },
  {
    name: 'resources',
    words: /^(?:resource\.|process\..+-stress$)/,
    isDefault: true,
    load: () => import('@bridge/chaos-injectors/resources'),
  },
  { name: 'files', words: /^file(?:$|\.)/, isDefault: true, load: () => import('@bridge/chaos-injectors/files') },
  {
    name: 'processes',
    words: /^process(?:$|\.)/,
    isDefault: true,
    load: () => import('@bridge/chaos-injectors/processes'),
  },
  { name: 'proxies', words: /^proxy(?:$|\.)/, isDefault: true, load: () => import('@bridge/chaos-injectors/proxies') },
  { name: 'app', words: /^app(?:$|\.)/, isDefault: false, load: () => import('@bridge/chaos-injectors/app') },
  { name: 'recovery', words: /^(?:probes|load)$/, isDefault: true, load: () => import('@bridge/chaos-recovery') },
];
