/**
 * What a fault acts on. Identified by `id` **and** `startedAt`: a restarted container is another target, a recycled
 * pid is another process. Plain JSON.
 */
export interface Target {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Targets of one group share a blast radius: a compose service, a deployment. */
  readonly group?: string;
  /** Opaque start mark of this incarnation (RFC 3339 time, kernel ticks). Compared for equality only. */
  readonly startedAt: string;
  /** Which named connection (for example which Docker host) it was found on. */
  readonly connection?: string;
}

/** True when both are the same incarnation of the same thing. */
export function sameTarget(a: Target, b: Target): boolean {
  return a.kind === b.kind && a.id === b.id && a.startedAt === b.startedAt && a.connection === b.connection;
}
