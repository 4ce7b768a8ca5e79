import { readYaml } from '../config/read-yaml.ts';
import type { ExperimentSource } from './experiment-source.ts';

/** The experiment as the engine takes it, with another seed where one is given. It has been understood before. */
export function seeded(source: ExperimentSource, seed: number | undefined): unknown {
  if (seed === undefined) return source.kind === 'text' ? source.text : source.value;
  const written = source.kind === 'text' ? readYaml(source.text, source.name) : source.value;
  return typeof written === 'object' && written !== null ? { ...written, seed } : written;
}
