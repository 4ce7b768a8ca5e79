// Measures the targets of the documents on the storefront: node -C @bridge/source examples/storefront/targets/main.ts
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './measure.ts';
import { TARGETS, targetTable } from './targets.ts';

const folder = await mkdtemp(join(tmpdir(), 'chaos-targets-'));
try {
  const measured = await measure(folder);
  console.log(measured.verdicts.join('\n'));
  console.log(targetTable(measured).join('\n'));
  process.exitCode = TARGETS.every(({ of, limit }) => measured[of] <= limit) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
