import * as z from 'zod';
import { type Action, defineAction } from '../action.ts';
import { failed } from '../action-failure.ts';
import { runTool, toolOptions } from './run-tool.ts';

const part = toolOptions.omit({ exitCodes: true });
const options = toolOptions.extend({
  /** Ends with 0 when the command has done its work. Default: the command's own exit code says so. */
  check: part.optional(),
  /** Takes back what the command did. Without it nothing can be. */
  undo: part.optional(),
});
const undo = z.strictObject({ undo: part.nullable(), ended: z.boolean() });

/** run_command: any program that changes something, with the program that checks and the one that undoes it. */
export const runCommandAction: Action<'run_command', typeof options, typeof undo> = defineAction({
  name: 'run_command',
  effect: 'changes',
  options,
  undo,
  prepare: async (given) => ({ undo: given.undo ?? null, ended: false }),
  async run(given, _undo, context) {
    const { code, endedBy, stdout, stderr } = await runTool(given, context);
    if (code !== null && given.exitCodes.includes(code)) return { code, stdout };
    throw failed('run_command', `${given.command[0]} ended with ${code ?? endedBy}: ${stderr.trim()}`);
  },
  async verify({ check }, _undo, context) {
    // `run` rejects unless the exit code was right; after a crash nobody knows it any more.
    if (check === undefined) return { is: 'unknown', detail: 'no check was given' };
    const { code, endedBy, stderr } = await runTool(check, context);
    return code === 0
      ? { is: 'good' }
      : { is: 'bad', detail: `${check.command[0]}: ${code ?? endedBy} ${stderr.trim()}` };
  },
  async revert(found, context) {
    if (found.undo === null) return;
    const { code, endedBy, stderr } = await runTool(found.undo, context);
    if (code !== 0)
      throw failed('run_command', `${found.undo.command[0]} ended with ${code ?? endedBy}: ${stderr.trim()}`);
  },
});
