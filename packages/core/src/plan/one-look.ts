import type { Registry } from '../registry.ts';
import type { Target } from '../target/target.ts';
import type { TargetSource } from '../target/target-source.ts';

/**
 * The sources of a registry, each asked once per query: the steps of a plan, thousands with repeats, speak of one and
 * the same moment.
 */
export function oneLook(registry: Registry): Pick<Registry, 'source' | 'query'> {
  const answers = new Map<string, Promise<readonly Target[]>>();
  const source = (kind: string): TargetSource => {
    const asked = registry.source(kind);
    return {
      kind,
      query: asked.query,
      find(query, context) {
        const key = JSON.stringify([kind, query ?? null]);
        const answer = answers.get(key) ?? Promise.resolve(asked.find(query, context));
        answers.set(key, answer);
        return answer;
      },
      reread: (target, context) => asked.reread(target, context),
      group: (target, context) => asked.group(target, context),
    };
  };
  return { source, query: (asked, query) => registry.query(asked, query) };
}
