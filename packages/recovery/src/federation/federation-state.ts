import type { Standing } from '../leadership/leadership.ts';
import type { FederationHealth } from './federation-health.ts';
import type { FleetFault } from './fleet-faults.ts';
import type { Peer } from './peers.ts';

/** A replica as the others see it. The fields of document 000. */
export interface PeerState {
  readonly node: string;
  /** Its last heartbeat, seconds since the Unix epoch, clock of the database. */
  readonly epoch: number;
  readonly status: 'alive' | 'lost';
  readonly uptime: 'ok' | 'lost';
}

/** The fleet as this replica last saw it. Plain JSON. */
export interface FederationState {
  readonly node: string;
  readonly role: Standing['role'];
  /** Null while nobody leads, or it is not known who does. */
  readonly leader: string | null;
  /** Fencing token of the leader's term. */
  readonly term: string | null;
  readonly peers: readonly PeerState[];
  readonly health: FederationHealth;
  /** Faults of dead replicas that this one cannot reach; they count against the limits of the fleet. */
  readonly stranded: readonly {
    readonly id: string;
    readonly type: string;
    readonly target: string;
    readonly realm: string;
  }[];
}

export interface FederationView {
  readonly node: string;
  readonly standing: Standing;
  readonly peers: readonly Peer[];
  readonly health: FederationHealth;
  readonly stranded: readonly FleetFault[];
}

/** Who leads, as one standing knows it. */
export function leaderOf(
  node: string,
  standing: Standing,
): { readonly leader: string | null; readonly term: string | null } {
  switch (standing.role) {
    case 'leader':
      return { leader: node, term: String(standing.term) };
    case 'witness':
      return { leader: standing.leader, term: standing.term === null ? null : String(standing.term) };
    case 'unknown':
      return { leader: null, term: null };
    default:
      return standing satisfies never;
  }
}

export function federationState({ node, standing, peers, health, stranded }: FederationView): FederationState {
  const latest = new Map<string, Peer>();
  for (const peer of peers) {
    if (peer.alive || latest.get(peer.node)?.alive !== true) latest.set(peer.node, peer);
  }
  return {
    node,
    role: standing.role,
    ...leaderOf(node, standing),
    peers: [...latest.values()].map(({ node: name, beatAt, alive }) => ({
      node: name,
      epoch: Math.floor(beatAt),
      status: alive ? 'alive' : 'lost',
      uptime: alive ? 'ok' : 'lost',
    })),
    health,
    stranded: stranded.map(({ realm, record: { id, type, target } }) => ({ id, type, target: target.name, realm })),
  };
}
