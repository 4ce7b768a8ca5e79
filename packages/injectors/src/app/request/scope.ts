import { share } from '@bridge/chaos-core';
import * as z from 'zod';
import { requestContext } from './request-context.ts';

const whole = z.literal('process');
const part = z.strictObject({ share });
const onlyMarked = z.literal('marked');
const onlyNamed = z.strictObject({ marked: z.string().min(1) });

/**
 * Which requests may be hit. There is no default: that the whole process is meant must be said.
 * - `'process'`: every one.
 * - `{ share: '10%' }`: each is drawn by itself, with this probability.
 * - `'marked'`, `{ marked: name }`: those made under `marked()`, or under a signed header when the plugin allows it.
 */
export const requestScope = z.union([whole, part, onlyMarked, onlyNamed]).meta({ id: 'RequestScope' });
export type RequestScope = z.output<typeof requestScope>;

/** Which hits: all of the process, or those of marked requests. */
export const markScope = z.union([whole, onlyMarked, onlyNamed]).meta({ id: 'MarkScope' });

/**
 * Which connections or lookups may be hit. They are shared by requests through pools, so a mark of one request says
 * nothing about whom it would hurt.
 */
export const sharedScope = z.union([whole, part]).meta({ id: 'SharedScope' });

/** Whether the current request is in the scope, before anything is drawn. A sentinel is in none. */
export function inScope(scope: RequestScope): boolean {
  const context = requestContext.getStore();
  if (context?.sentinel !== undefined) return false;
  if (scope === 'process' || (typeof scope === 'object' && 'share' in scope)) return true;
  const mark = context?.mark;
  return scope === 'marked' ? mark !== undefined : mark === scope.marked;
}

/** The scope in plain words, for plans. */
export function scopeText(scope: RequestScope): string {
  if (scope === 'process') return 'of the whole process';
  if (scope === 'marked') return 'of marked requests';
  return 'share' in scope ? `drawn with probability ${scope.share} each` : `of requests marked "${scope.marked}"`;
}
