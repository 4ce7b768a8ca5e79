import { codeOf } from '../../probe/network-failure.ts';
import { fileDigest } from '../../snapshot/file-digest.ts';
import type { Detector } from '../trigger.ts';

/** A file whose SHA-256 is not the one it should have. */
export function checksum(file: string, sha256: string): Detector {
  return async () => ({ look: async () => compare(file, sha256) });
}

/** Configuration files that are no longer what they were when the detector was opened. */
export function configurationDrift(files: readonly string[]): Detector {
  return async () => {
    const expected = await Promise.all(files.map(async (file) => ({ file, digest: await digestOf(file) })));
    return {
      async look() {
        for (const { file, digest } of expected) {
          const look = await compare(file, digest);
          if (look.is === 'bad') return look;
        }
        return { is: 'good' };
      },
    };
  };
}

async function compare(file: string, expected: string) {
  const found = await digestOf(file);
  if (found === expected) return { is: 'good' } as const;
  const detail = found === MISSING ? `${file} is gone` : `${file} was changed`;
  return { is: 'bad', detail, data: { file, sha256: found } } as const;
}

const MISSING = 'missing';

async function digestOf(file: string): Promise<string> {
  try {
    return (await fileDigest(file)).sha256;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return MISSING;
    throw error;
  }
}
