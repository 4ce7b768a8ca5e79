export type { ContainersOptions } from './container/options.ts';
export { containers } from './container/plugin.ts';
export { processes } from './process/plugin.ts';
