import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

/** MC001: bytes of a model are others. Needs `files()`. */
export const corruptedWeights = defineCard({
  id: 'MC001',
  name: 'Corrupted Weights',
  category: 'Model Corruption',
  hypothesis: 'A model whose bytes have changed is noticed by its SHA-256, and restored from its snapshot.',
  risk: 1,
  owner: 'models',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('model-corruption', 'model_corruption'),
    /** The model. */
    file: z.string().startsWith('/'),
    /** How many bytes are others. Default 64. */
    bytes: z.int().min(1).default(64),
  }),
  drill: ({ file, bytes, ...system }) => drillOf(system, { type: 'file.corrupt', on: { file }, params: { bytes } }),
});
