import {
  type DisturbanceInput,
  type LibraryParts,
  Registry,
  type ScenarioInput,
  ScenarioLibrary,
} from '@bridge/chaos-core';
import { parseExperiment } from '../../src/experiment/parse-experiment.ts';
import markers from '../fixtures/marker-plugin.ts';

/** The marker fault, by a name that says what goes wrong. */
export const LITTER: DisturbanceInput = {
  name: 'litter',
  description: 'a file that should not be there',
  parameters: { file: { type: 'text', default: 'broken' }, wait: { type: 'duration', optional: true } },
  profiles: { light: { file: 'crumb' }, severe: { file: 'heap' } },
  on: { folder: { type: 'folder.marker', params: { name: '${parameters.file}' } } },
};

export const ONE: ScenarioInput = {
  name: 'one',
  description: 'one thing goes wrong',
  category: 'storage',
  complexity: 'simple',
  parameters: {
    where: { type: 'target', description: 'the folder' },
    time: { type: 'duration', default: '60s' },
    watch: { type: 'probe', optional: true },
  },
  steadyState: { probes: ['${parameters.watch}'] },
  baseline: '10s',
  steps: [
    { id: 'litter', disturb: 'litter', profile: 'light', target: '${parameters.where}', for: '${parameters.time}' },
  ],
  recovery: { within: '180s', hold: '20s' },
};

export function libraryOf(parts: LibraryParts = {}): ScenarioLibrary {
  return new ScenarioLibrary({ disturbances: [LITTER], scenarios: [ONE] }).with(parts);
}

/** The same scenario with other members. */
export function like(name: string, members: Partial<ScenarioInput>): ScenarioInput {
  return { ...ONE, name, ...members };
}

const registry = new Registry([markers()]);

/** What the engine would make of it. */
export function parsed(written: unknown) {
  return parseExperiment(written, registry);
}
