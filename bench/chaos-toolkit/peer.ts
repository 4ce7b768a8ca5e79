import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Json } from '@bridge/chaos-core';

const run = promisify(execFile);
const PATIENCE = 60_000;

/** The version of Chaos Toolkit that `chaos` is, or undefined when there is none. */
export async function peerVersion(chaos: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(chaos, ['info', 'core'], { timeout: PATIENCE });
    return stdout.trim().replaceAll(/\s+/g, ' ');
  } catch {
    return undefined;
  }
}

export interface PeerOutcome {
  readonly exitCode: number;
  readonly journal: Json;
}

/** `chaos run` as anybody would call it; the journal is null when it wrote none. */
export async function peerRun(chaos: string, file: string, journal: string): Promise<PeerOutcome> {
  const exitCode = await run(chaos, ['run', '--journal-path', journal, file], { timeout: PATIENCE }).then(
    () => 0,
    (error: { readonly code?: number }) => error.code ?? -1,
  );
  const text = await readFile(journal, 'utf8').catch(() => 'null');
  return { exitCode, journal: JSON.parse(text) };
}
