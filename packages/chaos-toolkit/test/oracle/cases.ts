import { readFileSync } from 'node:fs';
import type { Json } from '@bridge/chaos-core';
import * as z from 'zod';

const entry = z.object({ name: z.string(), status: z.string().nullable(), output: z.json() });

const oracleCase = z.object({
  name: z.string(),
  args: z.array(z.string()),
  experiment: z.json(),
  exit_code: z.int(),
  rollback_ran: z.boolean(),
  journal: z
    .object({
      status: z.string(),
      deviated: z.boolean(),
      before: z.boolean().nullable(),
      after: z.boolean().nullable(),
      during_any_false: z.boolean(),
      during_count_gt0: z.boolean(),
      run: z.array(entry),
      rollbacks: z.array(z.string().nullable()),
    })
    .nullable(),
});

export type OracleCase = z.output<typeof oracleCase>;

const file = new URL('../vectors/oracle.jsonl', import.meta.url);

/** What Chaos Toolkit 1.45.0 did with 42 experiments; `{DIR}` stands for a folder with a file `f`. */
export const oracle: readonly OracleCase[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => oracleCase.parse(JSON.parse(line)));

/** The experiment with its folder, and its server on another port. */
export function placed(experiment: Json, folder: string, port: number): Json {
  const text = JSON.stringify(experiment)
    .replaceAll('{DIR}', folder)
    .replaceAll('127.0.0.1:18998', `127.0.0.1:${port}`);
  return JSON.parse(text);
}
