import { execFile } from 'node:child_process';
import { access, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Beside the checkout. */
const SOURCE = fileURLToPath(new URL('../../../../../shared/tools/tlog-check/', import.meta.url));
const MODULE = 'module tlogcheck\n\ngo 1.19\n\nrequire golang.org/x/mod v0.17.0\n';

/**
 * Builds the independent verifier (golang.org/x/mod/sumdb, no code of ours) and returns its path. Fails with what is
 * missing: its source beside the checkout, or Go.
 */
export async function buildTlogCheck(): Promise<string> {
  await access(SOURCE).catch((cause) => {
    throw new Error(`the independent verifier's source is expected in ${SOURCE}`, { cause });
  });
  const directory = join(tmpdir(), 'chaos-ledger-tlog-check');
  const binary = join(directory, 'gocheck');
  await mkdir(directory, { recursive: true });
  for (const name of (await readdir(SOURCE)).filter((file) => file.endsWith('.go'))) {
    await copyFile(join(SOURCE, name), join(directory, name));
  }
  await writeFile(join(directory, 'go.mod'), MODULE);
  const path = `${process.env['PATH']}:/usr/local/go/bin:/usr/lib/go/bin`;
  await run('go', ['build', '-mod=mod', '-o', binary, '.'], {
    cwd: directory,
    env: { ...process.env, PATH: path },
  }).catch((cause) => {
    throw new Error(
      'the independent verifier needs Go and golang.org/x/mod: apt-get install -y --no-install-recommends golang-go, with the Go module proxy in reach',
      { cause },
    );
  });
  return binary;
}

/** True when the verifier accepts. */
export async function accepts(binary: string, args: readonly string[]): Promise<boolean> {
  try {
    const { stdout } = await run(binary, args);
    return stdout.startsWith('OK');
  } catch {
    return false;
  }
}
