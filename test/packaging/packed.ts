import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installConsumer } from './consumer.ts';
import { packWorkspace, type Tarball } from './tarballs.ts';

declare module 'vitest' {
  interface ProvidedContext {
    tarballs: Tarball[];
    /** Folder of a project that has them installed. */
    consumer: string;
  }
}

/** Packs the packages and installs them in a consumer's project, once for all packaging tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-chaos-packed-'));
  const consumer = join(folder, 'consumer');
  const tarballs = await packWorkspace(folder);
  await installConsumer(consumer, tarballs);
  project.provide('tarballs', tarballs);
  project.provide('consumer', consumer);
  return () => rm(folder, { recursive: true });
}
