import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../state/durable-file.ts';
import type { DrillArtifact } from './record.ts';

/** Where the files of a drill are kept, found again by their hash. */
export interface ArtifactStore {
  put(name: string, content: string | Uint8Array): Promise<DrillArtifact>;
}

/** Name, SHA-256 and size. */
export function describeContent(name: string, content: string | Uint8Array): DrillArtifact {
  const bytes = Buffer.from(content);
  return { name, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}

/** Keeps artifacts in a folder, each under its SHA-256; the same content is kept once. Durable when `put` resolves. */
export function artifactFolder(folder: string): ArtifactStore {
  return {
    async put(name, content) {
      const artifact = describeContent(name, content);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeDurably(join(folder, artifact.sha256), content);
      return artifact;
    },
  };
}
