// The demo: breaks a small real system, measures what happens, kills its own engine in the middle of it, and shows that
// everything came back. `npm run demo`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { demo } from './demo.ts';
import { openView } from './view/view.ts';

const REPORTS = resolve('reports/demo');

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interruption.abort(new Error(`stopped by ${signal}`)));
}

const work = await mkdtemp(join(tmpdir(), 'bridge-chaos-demo-'));
await rm(REPORTS, { recursive: true, force: true });
using view = openView(process.stdout);
try {
  const clean = await demo({ work, reports: REPORTS, view, signal: interruption.signal });
  if (!clean) process.exitCode = 1;
} catch (error) {
  view.line(interruption.signal.aborted ? String(interruption.signal.reason.message) : inspect(error));
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
