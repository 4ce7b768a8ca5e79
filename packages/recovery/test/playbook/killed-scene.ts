import { appendFile } from 'node:fs/promises';
import { definePlaybook, type Playbook, step } from '../../src/index.ts';
import { writeValue } from './scene.ts';

/** The same action, that writes a line for each time it is run. */
export function counted(log: string, action: typeof writeValue): typeof writeValue {
  return {
    ...action,
    async run(options, undo, context) {
      await appendFile(log, `${context.idempotencyKey}\n`);
      return action.run(options, undo, context);
    },
  };
}

export function fixPlaybook(file: string): Playbook {
  return definePlaybook({
    name: 'fix',
    on: ['queue-depth'],
    steps: [step('write', writeValue, { file, value: 'fixed' })],
    verify: [{ action: 'expect_value', with: { file, values: ['fixed'] } }],
  });
}
