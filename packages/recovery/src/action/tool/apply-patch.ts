import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Finished } from '../../probe/command/run-command.ts';
import { type Action, type ActionContext, defineAction } from '../action.ts';
import { failed } from '../action-failure.ts';
import { runTool } from './run-tool.ts';

const options = z.strictObject({
  /** Working tree of a git repository. */
  repository: z.string().min(1),
  /** Unified diff, as `git diff` writes it. */
  patch: z.string().min(1),
});

/** apply_patch: applies a patch to a working tree, all of it or nothing; undone by applying it in reverse. */
export const applyPatch: Action<'apply_patch', typeof options, typeof options> = defineAction({
  name: 'apply_patch',
  effect: 'changes',
  options,
  undo: options,
  async prepare({ repository, patch }, context) {
    const check = await gitApply(['--check'], { repository, patch }, context);
    if (check.code !== 0) throw failed('apply_patch', `the patch does not apply: ${check.stderr.trim()}`);
    return { repository, patch };
  },
  async run(given, _undo, context) {
    const applied = await gitApply([], given, context);
    if (applied.code !== 0) throw failed('apply_patch', applied.stderr.trim());
    return { repository: given.repository };
  },
  async verify(given, _undo, context) {
    const reverse = await gitApply(['--reverse', '--check'], given, context);
    return reverse.code === 0 ? { is: 'good' } : { is: 'bad', detail: reverse.stderr.trim() };
  },
  async revert(undo, context) {
    // Where it cannot be taken away because it was never there, nothing is to be done.
    if ((await gitApply(['--check'], undo, context)).code === 0) return;
    const reverted = await gitApply(['--reverse'], undo, context);
    if (reverted.code !== 0) throw failed('apply_patch', reverted.stderr.trim());
  },
});

async function gitApply(
  flags: readonly string[],
  { repository, patch }: z.output<typeof options>,
  context: ActionContext,
): Promise<Finished> {
  const file = join(tmpdir(), `${context.idempotencyKey}.patch`);
  await writeFile(file, patch.endsWith('\n') ? patch : `${patch}\n`);
  try {
    return await runTool({ command: ['git', 'apply', ...flags, file], cwd: repository, env: {} }, context);
  } finally {
    await rm(file, { force: true });
  }
}
