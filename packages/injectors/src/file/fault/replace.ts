import * as z from 'zod';
import { contentFault } from '../content-fault.ts';
import type { FileToolbox } from '../file-toolbox.ts';

const LONGEST = 1_000_000;

const params = z.union([
  /** The new content as text. */
  z.strictObject({ text: z.string().max(LONGEST) }),
  /** The new content in base64. */
  z.strictObject({ base64: z.base64().max(LONGEST) }),
]);

/** `file.replace`: other content under the same name: a wrong configuration, a broken release, an empty file. */
export function fileReplace(toolbox: FileToolbox) {
  return contentFault(toolbox, {
    type: 'file.replace',
    params,
    risk: 'high',
    describe: (given) => `replaced by ${contentOf(given).length} bytes`,
    change: (_content, given) => contentOf(given),
  });
}

function contentOf(given: z.output<typeof params>): Buffer {
  return 'text' in given ? Buffer.from(given.text) : Buffer.from(given.base64, 'base64');
}
