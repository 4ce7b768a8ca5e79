import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** A file as entries name it: by hash, never by content. */
export interface Artifact {
  readonly [member: string]: string | number;
  readonly name: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Hashes a file, streaming. */
export async function describeArtifact(path: string, name: string = path): Promise<Artifact> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return { name, sha256: digest.digest('hex'), size: (await stat(path)).size };
}
