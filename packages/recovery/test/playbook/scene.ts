import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type Action, defineAction, type IncidentSignal } from '../../src/index.ts';

/** A folder of the test's own. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
}

export async function testFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'bridge-playbook-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export const SIGNAL: IncidentSignal = {
  trigger: 'queue-depth',
  group: 'orders',
  cause: 'backlog',
  severity: 'moderate',
  data: { depth: 40 },
};

const options = z.strictObject({ file: z.string(), value: z.string() });
const undo = z.strictObject({ file: z.string(), before: z.string() });

/** Writes a value into a file, and puts back what was there. */
export const writeValue: Action<'write_value', typeof options, typeof undo> = defineAction({
  name: 'write_value',
  effect: 'changes',
  options,
  undo,
  prepare: async ({ file }) => ({ file, before: await readFile(file, 'utf8') }),
  async run({ file, value }) {
    await writeFile(file, value);
    return { wrote: value };
  },
  async verify({ file, value }) {
    const found = await readFile(file, 'utf8');
    return found === value ? { is: 'good' } : { is: 'bad', detail: `it is ${found}` };
  },
  revert: ({ file, before }) => writeFile(file, before),
});

const wanted = z.strictObject({ file: z.string(), values: z.array(z.string()) });

/** Good when the file holds one of the values; the score is how far the list that is. */
export const expectValue: Action<'expect_value', typeof wanted> = defineAction({
  name: 'expect_value',
  effect: 'reads',
  options: wanted,
  undo: z.strictObject({}),
  prepare: async () => ({}),
  run: async () => ({}),
  async verify({ file, values }) {
    const found = await readFile(file, 'utf8');
    if (found === 'nobody knows') return { is: 'unknown', detail: found };
    const position = values.indexOf(found);
    if (position === 0) return { is: 'good' };
    return { is: 'bad', detail: `it is ${found}`, score: position < 0 ? 0 : 1 / (position + 1) };
  },
  async revert() {},
});
