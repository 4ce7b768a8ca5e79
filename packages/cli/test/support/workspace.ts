import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own that is gone with its scope. */
export interface Workspace extends AsyncDisposable {
  readonly path: string;
}

export async function workspace(): Promise<Workspace> {
  const path = await mkdtemp(join(tmpdir(), 'chaos-cli-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
