import { coverageOf, drillEntries } from '@bridge/chaos-core';
import { readLedger } from '@bridge/chaos-ledger';
import { loadConfig } from '../config/load-config.ts';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadCards } from '../host/load-cards.ts';
import { exists } from '../host/state-of.ts';
import type { Io } from '../terminal/io.ts';
import { print } from '../terminal/print.ts';
import { coverageLines } from '../view/drill-lines.ts';
import type { CommonOptions } from './common-options.ts';

export interface CoverageCommandOptions extends CommonOptions {
  readonly version?: string;
  readonly environment: string;
  /** Percent; ends with 1 below it. */
  readonly atLeast?: number;
}

/** What is drilled and what is not: card × target × environment × version, from the ledger. */
export async function coverage(io: Io, options: CoverageCommandOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const cards = await loadCards(config);
  if (config.ledger === undefined) throw usageError('expected a ledger, the host file says `ledger: false`');
  const ledger = (await exists(config.ledger)) ? await readLedger({ directory: config.ledger }) : undefined;
  const { version, environment, atLeast = 0 } = options;
  const measured = await coverageOf([...cards.values()], {
    environment,
    ...(version === undefined ? {} : { version }),
    ...(ledger === undefined ? {} : { entries: drillEntries(ledger) }),
  });
  const report = measured.report();
  print(io, options.json, report, () => coverageLines(io.out, report));
  return 100 * (report.total.score ?? 0) >= atLeast ? EXIT.passed : EXIT.failed;
}
