import * as z from 'zod';
import type { Target } from '../target/target.ts';

/** Ids may be cut: Docker shows twelve characters of sixty-four. */
const SHORTEST_ID = 12;

const described = z
  .strictObject({
    kind: z.string().min(1).optional(),
    name: z.string().min(1).optional(),
    id: z.string().min(1).optional(),
    group: z.string().min(1).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    matches: z
      .string()
      .min(1)
      .refine(isRegularExpression, 'expected a regular expression')
      .optional()
      .describe('A regular expression on the name'),
  })
  .refine(
    (pattern) => Object.keys(pattern).length > 0,
    'expected at least one of kind, name, id, group, labels, matches',
  );

/**
 * Names targets in safety options: a text (name, id or its first 12 characters, group, or the last part of a group such
 * as a compose service), a regular expression on the name, or a description all of whose parts must fit.
 */
export const targetPatternSchema = z.union([z.string().min(1), z.instanceof(RegExp), described]);

export type TargetPatternInput = z.input<typeof targetPatternSchema>;
export type TargetPattern = z.output<typeof targetPatternSchema>;

export function matchesTarget(pattern: TargetPattern, target: Target): boolean {
  if (typeof pattern === 'string') return isNamed(pattern, target);
  if (pattern instanceof RegExp) return matchesName(pattern, target);
  const { kind, name, id, group, labels = {}, matches } = pattern;
  return (
    (kind === undefined || kind === target.kind) &&
    (name === undefined || name === target.name) &&
    (id === undefined || isId(id, target)) &&
    (group === undefined || group === target.group) &&
    Object.entries(labels).every(([label, value]) => target.labels[label] === value) &&
    (matches === undefined || matchesName(new RegExp(matches), target))
  );
}

/** How the pattern is written in refusals. */
export function patternText(pattern: TargetPattern): string {
  if (typeof pattern === 'string') return pattern;
  return pattern instanceof RegExp ? String(pattern) : JSON.stringify(pattern);
}

function isNamed(text: string, target: Target): boolean {
  return text === target.name || isId(text, target) || text === target.group || text === lastPart(target.group);
}

function isId(text: string, { id }: Target): boolean {
  return text === id || (text.length >= SHORTEST_ID && id.startsWith(text));
}

const lastPart = (group: string | undefined): string | undefined => group?.split('/').at(-1);

/** A pattern with the flag g or y remembers where it stopped; a search of one name must not depend on the last one. */
function matchesName(pattern: RegExp, { name }: Target): boolean {
  return name.search(pattern) !== -1;
}

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
