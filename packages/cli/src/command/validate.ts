import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { type ErrorDocument, errorDocument } from '../error-document.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { exitCodeOfError } from '../exit-code-of.ts';
import { readExperiment } from '../host/experiment-source.ts';
import { understand } from '../host/host.ts';
import { painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { print } from '../terminal/print.ts';
import type { CommonOptions } from './common-options.ts';

interface Validated {
  readonly file: string;
  readonly ok: boolean;
  readonly name?: string;
  readonly error?: ErrorDocument;
}

/** Checks experiments against what the plugins offer; touches nothing. */
export async function validate(io: Io, files: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const results: Validated[] = [];
  for (const file of files) results.push(await validated(io, config, file));
  print(io, options.json, results, () => results.map((result) => lineOf(io, result)));
  return results.every(({ ok }) => ok) ? EXIT.passed : EXIT.usage;
}

async function validated(io: Io, config: LoadedConfig, file: string): Promise<Validated> {
  try {
    const { experiment } = await understand(config, await readExperiment(io, file));
    return { file, ok: true, name: experiment.name };
  } catch (error) {
    if (exitCodeOfError(error) !== EXIT.usage) throw error;
    return { file, ok: false, error: errorDocument(error) };
  }
}

function lineOf({ out }: Io, { file, ok, name = '', error }: Validated): string {
  const paint = painter(out);
  if (ok) return `${paint('green', 'ok')}     ${plainText(`${file}: ${name}`)}`;
  return `${paint('red', 'broken')} ${plainText(`${file}: ${error?.code}: ${error?.message}`)}`;
}
