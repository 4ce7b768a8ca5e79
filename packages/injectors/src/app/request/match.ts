import * as z from 'zod';
import { matchesWildcard, wildcard } from '../wildcard.ts';

/** Which requests, by where they go. Every member that is given must fit; `*` stands for anything. */
export const requestMatch = z.strictObject({
  /** Host name or address as the caller writes it, without the port. */
  host: wildcard.optional(),
  port: z.int().min(1).max(65_535).optional(),
  /** In capitals. */
  method: z
    .string()
    .regex(/^[A-Z]+$/)
    .optional(),
  /** Path with its query string: `/orders/*`. */
  path: wildcard.optional(),
});
export type RequestMatch = z.output<typeof requestMatch>;

export interface Matchable {
  readonly host: string;
  readonly port: number | undefined;
  readonly method: string;
  readonly path: string;
}

export function matchesRequest(match: RequestMatch, request: Matchable): boolean {
  return (
    (match.port === undefined || match.port === request.port) &&
    (match.method === undefined || match.method === request.method) &&
    (match.host === undefined || matchesWildcard(match.host, request.host)) &&
    (match.path === undefined || matchesWildcard(match.path, request.path))
  );
}

export function matchText({ host, port, method, path }: RequestMatch): string {
  if ([host, port, method, path].every((part) => part === undefined)) return 'anywhere';
  return `${method ?? 'any method'} ${host ?? '*'}:${port ?? '*'}${path ?? '/*'}`;
}
