// Somebody else's fault in the conformance kit, as its author would run it.
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultConformance, type HarnessTarget } from '@bridge/chaos-core/testkit';
import fileModes, { fileMode } from 'chaos-file-mode';

async function make(): Promise<HarnessTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'file-mode-'));
  const path = join(folder, 'data');
  await writeFile(path, 'data');
  await chmod(path, 0o644);
  const { ino } = await stat(path);
  return {
    target: { kind: 'file', id: path, name: 'data', labels: {}, group: folder, startedAt: String(ino) },
    params: { mode: 0 },
    witness: async () => (await stat(path)).mode,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const results = await faultConformance(fileMode, { plugin: fileModes(), make });
console.log(`${results.length} rules kept`);
