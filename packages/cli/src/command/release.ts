import { EXIT, type ExitCode } from '../exit-code.ts';
import { control } from '../host/control.ts';
import { userName } from '../host/user-name.ts';
import type { Io } from '../terminal/io.ts';
import { print } from '../terminal/print.ts';
import type { CommonOptions } from './common-options.ts';

/** Lifts the emergency stop of a state folder. Lifting what is not engaged is no error. */
export async function release(io: Io, reason: string, options: CommonOptions): Promise<ExitCode> {
  const { engine } = await control(io.cwd, options);
  const { engaged } = engine.status().emergencyStop;
  await engine.release(reason, { actor: userName(io.env) });
  await engine.close();
  print(io, options.json, { released: engaged, reason }, () => [
    engaged ? 'released: work may begin again' : 'nothing to release: the emergency stop is not engaged',
  ]);
  return EXIT.passed;
}
