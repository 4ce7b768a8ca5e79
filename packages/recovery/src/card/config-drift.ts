import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

/** CF001: a configuration file says something else. Needs `files()`. */
export const configModified = defineCard({
  id: 'CF001',
  name: 'Config Modified',
  category: 'Config Drift',
  hypothesis: 'A configuration that somebody changed is noticed by its checksum, and restored.',
  risk: 1.2,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('configuration-drift', 'configuration_drift'),
    /** The configuration, JSON or YAML by its ending. */
    file: z.string().startsWith('/'),
    /** JSON Pointer of the setting, and its wrong value. */
    set: z.string().startsWith('/'),
    to: z.json(),
  }),
  drill: ({ file, set, to, ...system }) => {
    const format = /\.ya?ml$/.test(file) ? 'yaml' : 'json';
    return drillOf(system, { type: 'file.edit', on: { file }, params: { format, changes: [{ set, to }] } });
  },
});
