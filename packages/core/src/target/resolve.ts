import { ChaosError, messageOf } from '../errors.ts';
import type { Selector } from '../experiment/experiment.ts';
import { shown } from '../experiment/problem.ts';
import { nearestTo } from '../experiment/suggestion.ts';
import { checkedBy } from '../experiment/zod-schema.ts';
import type { Json } from '../json.ts';
import type { Random } from '../random.ts';
import type { Registry } from '../registry.ts';
import { pickTargets } from './pick.ts';
import type { Target } from './target.ts';
import type { TargetContext, TargetSource } from './target-source.ts';

/** What a selector stands for right now. No targets only with `onEmpty: 'skip'`. */
export interface Resolution {
  readonly targets: readonly Target[];
  /** How many matched before picking. */
  readonly matched: number;
  readonly explanation: string;
}

/**
 * Finds what a selector, with templates resolved, stands for, and picks by the given random stream. Only reads. Throws
 * `CHAOS_TARGET_KIND_UNKNOWN`, `CHAOS_TARGET_QUERY_INVALID`, `CHAOS_TARGET_NOT_FOUND`, `CHAOS_TARGET_AMBIGUOUS`, or
 * what the source throws (`CHAOS_TARGET_UNREACHABLE` around anything that is no ChaosError).
 */
export async function resolveTargets(
  selector: Selector,
  registry: Pick<Registry, 'source' | 'query'>,
  random: Random,
  context: TargetContext,
): Promise<Resolution> {
  const source = registry.source(selector.kind);
  const query = registry.query(source, selector.query);
  const matching = await findTargets(source, query, context);
  if (matching.length === 0) {
    if (selector.onEmpty === 'error') throw await notFound(selector, source, context);
    return { targets: [], matched: 0, explanation: `nothing matches ${selectorText(selector)}` };
  }
  if (selector.pick === 'only' && matching.length > 1) throw ambiguous(selector, matching);
  const { targets, explanation } = pickTargets(matching, selector.pick, random);
  return { targets, matched: matching.length, explanation };
}

/** The selector as it is written in an experiment, on one line. */
export function selectorText({ kind, query, pick, onEmpty }: Selector): string {
  const isDefault = pick === (typeof query === 'object' && query !== null ? 'all' : 'only');
  return JSON.stringify({
    [kind]: query,
    ...(isDefault ? {} : { pick }),
    ...(onEmpty === 'error' ? {} : { onEmpty }),
  });
}

/** Asks a source and checks what it answers: a plugin may come from anywhere. */
export async function findTargets(source: TargetSource, query: unknown, context: TargetContext): Promise<Target[]> {
  const found = await asked(source, query, context);
  const distinct = new Map<string, Target>();
  for (const target of found) {
    if (!isTargetOf(source.kind, target)) {
      const message = `expected the source of "${source.kind}" to answer with targets of this kind, got ${JSON.stringify(target)}`;
      throw new ChaosError('CHAOS_PLUGIN_INVALID', message);
    }
    distinct.set(JSON.stringify([target.connection ?? null, target.id, target.startedAt]), target);
  }
  return [...distinct.values()];
}

async function asked(source: TargetSource, query: unknown, context: TargetContext): Promise<readonly Target[]> {
  try {
    return await source.find(query, context);
  } catch (thrown) {
    if (thrown instanceof ChaosError || context.signal.aborted) throw thrown;
    const message = `expected an answer from the source of "${source.kind}", got ${messageOf(thrown)}`;
    throw new ChaosError('CHAOS_TARGET_UNREACHABLE', message, { cause: thrown });
  }
}

function isTargetOf(kind: string, target: Target): boolean {
  const texts: readonly unknown[] = [target.id, target.name, target.startedAt];
  return target.kind === kind && texts.every((text) => typeof text === 'string') && typeof target.labels === 'object';
}

async function notFound(selector: Selector, source: TargetSource, context: TargetContext): Promise<ChaosError> {
  const names = await namesOfAll(source, context);
  const near = [...new Set(textsOf(selector.query).flatMap((text) => nearestTo(text, names)))];
  const hint = near.length > 0 ? `; near: ${near.join(', ')}` : existing(names);
  return new ChaosError(
    'CHAOS_TARGET_NOT_FOUND',
    `expected at least one ${selector.kind} for ${selectorText(selector)}, got none${hint}. Name one that runs, or say onEmpty: "skip"`,
    { details: { selector: selectorText(selector), near } },
  );
}

/** For the hint only: sources that accept an empty query list everything. */
async function namesOfAll(source: TargetSource, context: TargetContext): Promise<string[]> {
  const everything = checkedBy(source.query, {});
  if (!everything.ok) return [];
  try {
    return (await findTargets(source, everything.value, context)).map(({ name }) => name);
  } catch (thrown) {
    context.log.debug({ kind: source.kind, reason: messageOf(thrown) }, 'no list of targets for the hint');
    return [];
  }
}

function existing(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `; there are ${[...names].sort().slice(0, 5).join(', ')}${more}`;
}

function textsOf(query: Json | undefined): string[] {
  if (typeof query === 'string') return [query];
  if (typeof query !== 'object' || query === null) return [];
  return Object.values(query).flatMap((member: Json | undefined) => textsOf(member));
}

function ambiguous(selector: Selector, matching: readonly Target[]): ChaosError {
  const names = matching.slice(0, 5).map(({ name }) => shown(name));
  return new ChaosError(
    'CHAOS_TARGET_AMBIGUOUS',
    `expected exactly one ${selector.kind} for ${selectorText(selector)}, got ${matching.length}: ${names.join(', ')}. Say which, or how many with pick`,
    { details: { selector: selectorText(selector), matched: matching.length } },
  );
}
