import { loadConfig } from '../config/load-config.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readExperiment } from '../host/experiment-source.ts';
import { engineOf, isArmed, understand } from '../host/host.ts';
import { seeded } from '../host/seeded.ts';
import { painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { print } from '../terminal/print.ts';
import { planLines } from '../view/plan-lines.ts';
import type { CommonOptions } from './common-options.ts';

export interface PlanOptions extends CommonOptions {
  readonly seed?: number;
}

/** What a run would do, as far as looking tells: exact targets, order, every guard's opinion. Touches nothing. */
export async function plan(io: Io, file: string, options: PlanOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const source = await readExperiment(io, file);
  const { plugins } = await understand(config, source);
  await using engine = engineOf(config, plugins, { armed: isArmed(config, io.env) });
  const planned = await engine.plan(engine.parse(seeded(source, options.seed)));
  print(io, options.json, planned, () => planLines(planned, painter(io.out)));
  return planned.ready ? EXIT.passed : EXIT.untold;
}
