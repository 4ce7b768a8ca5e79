import { open, stat } from 'node:fs/promises';
import { createRedactor } from '@bridge/chaos-core';
import { codeOf } from '../../probe/network-failure.ts';
import type { Detector } from '../trigger.ts';

export interface SecretInLogOptions {
  readonly file: string;
  /** Values that must not be seen, beside whatever looks like a secret. */
  readonly values?: readonly string[];
}

const LARGEST_LOOK = 4 * 2 ** 20;

/**
 * A secret in what was written to a log since the last look. The first look begins at the file's end. The alarm names
 * the line, never the secret.
 */
export function secretInLog({ file, values = [] }: SecretInLogOptions): Detector {
  return async () => {
    const redactor = createRedactor({ values, maxText: LARGEST_LOOK });
    let from = await sizeOf(file);
    let rest = '';
    return {
      async look() {
        const size = await sizeOf(file);
        // Shorter than before: it was rotated, and is read from its start.
        if (size < from) from = 0;
        const part = await readPart(file, from, Math.min(size - from, LARGEST_LOOK));
        from += part.length;
        const lines = (rest + part.toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        const found = lines.filter((line) => redactor.text(line) !== line);
        if (found.length === 0) return { is: 'good' };
        const detail = `${found.length} lines of ${file} hold a secret: ${redactor.text(found[0] ?? '').slice(0, 200)}`;
        return { is: 'bad', detail, data: { file, lines: found.length } };
      },
    };
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function readPart(file: string, from: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0);
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
