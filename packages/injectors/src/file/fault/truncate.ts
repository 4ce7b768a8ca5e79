import { share, size } from '@bridge/chaos-core';
import * as z from 'zod';
import { contentFault } from '../content-fault.ts';
import type { FileToolbox } from '../file-toolbox.ts';

const params = z.union([
  /** What is kept from its beginning, in bytes. */
  z.strictObject({ keep: size }),
  /** What is kept from its beginning, as a share. */
  z.strictObject({ keepShare: share }),
]);

/** `file.truncate`: the file ends early, as after a crash in the middle of a write. */
export function fileTruncate(toolbox: FileToolbox) {
  return contentFault(toolbox, {
    type: 'file.truncate',
    params,
    risk: 'high',
    describe: (given) => `cut after ${'keep' in given ? `${given.keep} bytes` : `${given.keepShare * 100} %`}`,
    change: (content, given) =>
      content.subarray(0, 'keep' in given ? given.keep : Math.floor(content.length * given.keepShare)),
  });
}
