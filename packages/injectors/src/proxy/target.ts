import { isChaosError, type Target, type TargetContext, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';
import { callOnce } from './control/client.ts';
import type { PlaneIdentity } from './control/protocol.ts';
import { localProxies } from './local-proxies.ts';
import { registered } from './registry.ts';

const byLabels = z.record(z.string(), z.string());

/** A name, or a name and labels that must all match. */
export const proxyQuery = z.union([
  z.string().min(1),
  z
    .strictObject({ name: z.string().min(1).optional(), labels: byLabels.optional() })
    .refine(({ name, labels }) => name !== undefined || labels !== undefined, 'expected a name, labels or both'),
]);
type ProxyQuery = z.output<typeof proxyQuery>;

/** Finds the proxies of this process and, with a registry folder, those of other processes of the same user. */
export function proxyTargets(registry: string | undefined): TargetSource<'proxy', typeof proxyQuery> {
  const all = async (): Promise<readonly Target[]> => {
    const known = new Map(localProxies);
    if (registry !== undefined)
      for (const identity of await registered(registry)) known.set(identity.control, identity);
    return [...known.values()].map(toTarget).toSorted(byNameAndStart);
  };
  return {
    kind: 'proxy',
    query: proxyQuery,
    find: async (query) => (await all()).filter((target) => matches(target, query)),
    reread: (target, context) => reread(target, context),
    group: async (target) => {
      const members = target.group === undefined ? [] : await all();
      const others = members.filter((other) => other.group === target.group && other.id !== target.id);
      return [target, ...others];
    },
  };
}

/** The control socket is the id: it is made anew for every data plane, and enough to reach it from any process. */
function toTarget({ control, name, labels, group, startedAt, instance }: PlaneIdentity): Target {
  return {
    kind: 'proxy',
    id: control,
    name,
    labels,
    ...(group === undefined ? {} : { group }),
    startedAt: `${startedAt}/${instance}`,
  };
}

async function reread(target: Target, { clock, signal }: TargetContext): Promise<Target | undefined> {
  try {
    const { identity } = await callOnce<'hello'>(target.id, { op: 'hello' }, { clock, signal });
    const now = toTarget(identity);
    return now.startedAt === target.startedAt ? now : undefined;
  } catch (thrown) {
    // Nobody listens any more: it has ended. One that listens but does not answer is stopped, and still the same.
    if (isChaosError(thrown, 'CHAOS_TARGET_UNREACHABLE') && thrown.cause !== undefined) return undefined;
    throw thrown;
  }
}

function matches(target: Target, query: ProxyQuery): boolean {
  const { name, labels = {} } = typeof query === 'string' ? { name: query } : query;
  if (name !== undefined && name !== target.name) return false;
  return Object.entries(labels).every(([key, value]) => target.labels[key] === value);
}

function byNameAndStart(a: Target, b: Target): number {
  return a.name.localeCompare(b.name) || a.startedAt.localeCompare(b.startedAt);
}
