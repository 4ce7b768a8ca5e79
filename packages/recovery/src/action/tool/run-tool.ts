import { messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import { type Finished, runCommand } from '../../probe/command/run-command.ts';
import type { Action, ActionContext } from '../action.ts';
import { readingAction } from '../reading-action.ts';

/** A program with its arguments; there is no shell. */
export const toolOptions = z.strictObject({
  command: z.tuple([z.string().min(1)], z.string()),
  cwd: z.string().min(1).optional(),
  /** Added to the host's environment. */
  env: z.record(z.string().min(1), z.string()).default({}),
  /** Exit codes that are good. Default 0. */
  exitCodes: z.array(z.int().min(0).max(255)).min(1).default([0]),
});

const OUTPUT = 4_000;

/** Runs a tool to its end; killed with all it started when the signal aborts. */
export function runTool(
  { command: [file, ...args], cwd, env }: Pick<z.output<typeof toolOptions>, 'command' | 'cwd' | 'env'>,
  { signal }: Pick<ActionContext, 'signal'>,
): Promise<Finished> {
  return runCommand({ file, args, cwd, env }, signal);
}

/** An action that runs a tool which only looks: a linter, a test runner, a type checker. */
export function toolAction<const Name extends string>(name: Name): Action<Name, typeof toolOptions> {
  return readingAction(name, toolOptions, async (options, context) => {
    const [file] = options.command;
    try {
      const { code, endedBy, stdout, stderr } = await runTool(options, context);
      const output = { code, stdout: stdout.slice(-OUTPUT), stderr };
      if (code !== null && options.exitCodes.includes(code)) return { is: 'good', output };
      const detail = `${file} ended ${code === null ? `by ${endedBy}` : `with exit code ${code}`}: ${lastWords(stderr, stdout)}`;
      return { is: 'bad', detail, output };
    } catch (error) {
      context.signal.throwIfAborted();
      return { is: 'unknown', detail: `cannot run ${file}: ${messageOf(error)}` };
    }
  });
}

function lastWords(stderr: string, stdout: string): string {
  const said = stderr.trim() === '' ? stdout.trim() : stderr.trim();
  return said.slice(-300);
}
