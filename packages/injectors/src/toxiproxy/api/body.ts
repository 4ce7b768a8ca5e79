import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { badRequest } from './api-error.ts';

const LARGEST_BODY = 2 ** 20;

/** The JSON of a request, as this schema reads it; an `ApiError` 400 says what is wrong with it. */
export async function readBody<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parseWith(schema, parseJson(await textOf(request)));
}

/** As `readBody`, for a value that is at hand. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw badRequest(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > LARGEST_BODY) throw badRequest(`expected at most ${LARGEST_BODY} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  // As the peer words it.
  if (text.trim() === '') throw badRequest('EOF');
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw badRequest(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
