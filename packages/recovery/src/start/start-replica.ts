import type { Plugins } from '@bridge/chaos-core';
import { Federation } from '../federation/federation.ts';
import { LeaderElector } from '../leadership/leader-elector.ts';
import type { Leadership } from '../leadership/leadership.ts';
import type { Scene } from './scene.ts';

/** This process among others. */
export interface Replica {
  /** Undefined where this process is the only one. */
  readonly leadership: Leadership | undefined;
  readonly federation: Federation | undefined;
  /** Its name among them. */
  readonly node: string | undefined;
}

const ALONE: Replica = { leadership: undefined, federation: undefined, node: undefined };

export function startReplica<Ps extends Plugins>({ config, options, parts, clock, log }: Scene<Ps>): Replica {
  const { replicas, plugins, ledger } = options;
  if (replicas !== undefined && 'fleet' in replicas) {
    const { fleet } = replicas;
    const recorded = ledger === undefined ? {} : { ledger };
    const federation = Federation.join({ ...fleet, ...recorded, plugins, clock, logger: log });
    parts.on('heartbeat', `as ${fleet.node}`, () => federation.close());
    parts.on('election', 'among the replicas of the fleet');
    return { leadership: federation.leadership, federation, node: fleet.node };
  }
  parts.off('heartbeat', 'no fleet is given');
  if (replicas === undefined) {
    parts.off('election', 'this process is the only replica');
    return ALONE;
  }
  if (!config.chaos.enabled && !config.recovery) {
    parts.off('election', 'there is nothing to lead: chaos and recovery are off');
    return ALONE;
  }
  const { election } = replicas;
  const leadership = LeaderElector.start({ ...election, clock, logger: log });
  parts.on('election', `as ${election.node}`, () => leadership.close());
  return { leadership, federation: undefined, node: election.node };
}
