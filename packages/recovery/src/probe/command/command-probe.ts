import { defineProbe, messageOf, type ProbeResult } from '@bridge/chaos-core';
import * as z from 'zod';
import { quote, textExpectation, textMismatch } from '../expectation/text-expectation.ts';
import { type Finished, runCommand } from './run-command.ts';

const EXIT_CODE = 'expected an exit code (0 to 255)';
const exitCode = z.int({ error: EXIT_CODE }).min(0, { error: EXIT_CODE }).max(255, { error: EXIT_CODE });

/** Options of the `command` probe. */
const commandOptions = z.strictObject({
  /** Program and arguments. Started as they are: there is no shell, so no expansion and no pipes. */
  command: z
    .array(z.string(), { error: 'expected an array: the program, then its arguments' })
    .min(1)
    .refine(([file]) => file !== '', { error: 'expected the name of a program', path: [0] }),
  /** Working directory. Default: the host's. */
  cwd: z.string().min(1).optional(),
  /** Added to the host's environment. */
  env: z.record(z.string().min(1), z.string()).default({}),
  expect: z
    .strictObject({
      exitCode: z.union([exitCode, z.array(exitCode).min(1)], { error: `${EXIT_CODE} or a list of those` }).default(0),
      stdout: textExpectation.optional(),
    })
    .prefault({}),
});

type CommandOptions = z.output<typeof commandOptions>;

/**
 * Runs a program and judges its exit code and output. The value is the exit code. A program that cannot be started is
 * `unknown`; one that does not end in time is killed with all it started and is `degraded`.
 */
export const command = defineProbe({
  type: 'command',
  options: commandOptions,
  async open(options) {
    const [file = '', ...args] = options.command;
    return {
      async check(signal) {
        try {
          return judge(options, await runCommand({ file, args, cwd: options.cwd, env: options.env }, signal));
        } catch (error) {
          if (signal.aborted) return { health: 'degraded', detail: 'did not end before the time-out and was killed' };
          return { health: 'unknown', detail: `cannot run ${quote(file)}: ${messageOf(error)}` };
        }
      },
      async close() {},
    };
  },
});

function judge({ expect }: CommandOptions, { code, endedBy, stdout, stderr }: Finished): ProbeResult {
  if (code === null) return { health: 'degraded', value: null, detail: `ended by ${endedBy}` };
  if (![expect.exitCode].flat().includes(code)) {
    const said = stderr.trim() === '' ? '' : `: ${quote(stderr.trim())}`;
    const detail = `expected exit code ${[expect.exitCode].flat().join(' or ')}, got ${code}${said}`;
    return { health: 'degraded', value: code, detail };
  }
  const mismatch = expect.stdout === undefined ? undefined : textMismatch(expect.stdout, stdout);
  if (mismatch !== undefined) return { health: 'degraded', value: code, detail: `stdout: ${mismatch}` };
  return { health: 'healthy', value: code };
}
