import { duration, size } from '@bridge/chaos-core';
import * as z from 'zod';
import { bodyExpectation } from '../expectation/body-expectation.ts';

/** Options of the `file` probe. */
export const fileOptions = z.strictObject({
  path: z.string().min(1, { error: 'expected the path of a file or folder' }),
  expect: z
    .strictObject({
      /** Default true. */
      exists: z.boolean().default(true),
      kind: z.enum(['file', 'folder']).optional(),
      /** With a unit, such as "10MB". */
      sizeAtLeast: size.optional(),
      sizeAtMost: size.optional(),
      /** Longest time since it was last modified: a heartbeat file, a backup. */
      ageAtMost: duration.optional(),
      /** SHA-256 of the content, 64 hexadecimal digits. */
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/i, { error: 'expected a SHA-256 checksum: 64 hexadecimal digits' })
        .transform((digits) => digits.toLowerCase())
        .optional(),
      /** Content as text (UTF-8) or JSON; looks at the first MiB, a longer file fails. */
      content: bodyExpectation.optional(),
    })
    .refine(({ exists, ...rest }) => exists || Object.values(rest).every((value) => value === undefined), {
      path: ['exists'],
      error: 'expected exists: false alone, since there is nothing to look at',
    })
    .prefault({}),
});

export type FileOptions = z.output<typeof fileOptions>;
