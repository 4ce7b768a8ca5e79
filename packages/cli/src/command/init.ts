import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { CI_JOBS, type Ci } from '../starter/ci-jobs.ts';
import { STARTER_CONFIG } from '../starter/config.ts';
import { STARTER_EXPERIMENT } from '../starter/experiment.ts';
import type { Io } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { print } from '../terminal/print.ts';

export interface InitOptions {
  readonly ci: Ci | 'none';
  /** Replace files that are there. */
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Writes a commented experiment, a host file and a CI job. Files that are there stay as they are unless forced. */
export async function init(io: Io, folder: string, options: InitOptions): Promise<ExitCode> {
  const root = resolve(io.cwd, folder);
  const files = [
    { path: join('chaos', 'starter.yaml'), text: STARTER_EXPERIMENT },
    { path: 'chaos.config.yaml', text: STARTER_CONFIG },
    ...(options.ci === 'none' ? [] : [CI_JOBS[options.ci]]),
  ];
  const results: { file: string; written: boolean }[] = [];
  for (const { path, text } of files) {
    results.push({ file: path, written: await write(join(root, path), text, options.force === true) });
  }
  print(io, options.json, results, () => [
    ...results.map(({ file, written }) => plainText(`${written ? 'wrote' : 'kept '} ${file}`)),
    'next: chaos validate chaos/starter.yaml, then chaos plan chaos/starter.yaml',
  ]);
  return EXIT.passed;
}

/** False when the file is there already. */
async function write(path: string, text: string, force: boolean): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw usageError(`expected to write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}
