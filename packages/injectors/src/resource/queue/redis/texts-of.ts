import type { Reply } from './resp-reader.ts';

/** The texts of an array; none of anything else. */
export function textsOf(reply: Reply | undefined): readonly string[] {
  return Array.isArray(reply) ? reply.filter((item): item is string => typeof item === 'string') : [];
}
