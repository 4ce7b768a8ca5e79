import * as z from 'zod';
import { codeOf } from '../../probe/network-failure.ts';
import { fileDigest } from '../../snapshot/file-digest.ts';
import type { Action } from '../action.ts';
import { readingAction } from '../reading-action.ts';

const options = z.strictObject({
  file: z.string().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, { error: 'expected 64 hexadecimal digits' })
    .transform((text) => text.toLowerCase()),
});

/** validate_checksum: a file against the SHA-256 it should have. */
export const validateChecksum: Action<'validate_checksum', typeof options> = readingAction(
  'validate_checksum',
  options,
  async ({ file, sha256 }) => {
    try {
      const found = await fileDigest(file);
      if (found.sha256 === sha256) return { is: 'good' };
      return { is: 'bad', detail: `expected SHA-256 ${sha256} of ${file}, got ${found.sha256}` };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return { is: 'bad', detail: `there is no ${file}` };
      throw error;
    }
  },
);
