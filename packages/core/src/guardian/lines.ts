import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type * as z from 'zod';

/** Calls back for every line that is a message of the schema; others are reported, never thrown. */
export function readMessages<Schema extends z.ZodType>(
  stream: Readable,
  schema: Schema,
  onMessage: (message: z.output<Schema>) => void,
  onNonsense: (line: string) => void,
): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const message = schema.safeParse(parse(line));
    if (message.success) onMessage(message.data);
    else onNonsense(line);
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON: the schema will refuse it and the line is reported.
    return undefined;
  }
}
