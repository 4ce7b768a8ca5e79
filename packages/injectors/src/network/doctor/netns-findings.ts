import { foreignQueues, type NetnsLook } from '../rules/netns-look.ts';

/** Marks of our faults in a network; a queue of ours without rules is named by its handle. */
export function tagsIn({ tables, qdiscs }: NetnsLook): readonly string[] {
  const chains = [...tables.values()].flat().flatMap((line) => /CHAOS_([0-9a-f]{12})_/.exec(line)?.[1] ?? []);
  const tags = [...new Set(chains)];
  const handles = qdiscs.flatMap((line) => /^qdisc htb (5c[0-9a-f]{2}): dev \S+ root/.exec(line)?.[1] ?? []);
  const orphaned = new Set(handles.filter((handle) => !tags.some((tag) => handle === `5c${tag.slice(0, 2)}`)));
  return [...tags, ...orphaned].sort();
}

/** Rules that hurt packets and queues that are not the kernel's own, as foreign tools such as Pumba leave them behind. */
export function foreignWork({ tables, qdiscs }: NetnsLook): readonly string[] {
  const rules = [...tables].flatMap(([title, lines]) =>
    lines
      .map((line) => line.replace(/^\[\d+:\d+\] /, ''))
      .filter((line) => line.startsWith('-A') && !line.includes('CHAOS_'))
      .filter((line) => /-j (?:DROP|REJECT|NFQUEUE|CLASSIFY|TEE)\b|-m statistic/.test(line))
      .map((line) => `${title}: ${line}`),
  );
  const queues = foreignQueues(qdiscs).filter((line) =>
    /^qdisc (?:netem|tbf|htb|prio|hfsc|cake|ingress) (?!5c|0:)/.test(line),
  );
  return [...rules, ...queues];
}
