import type { Leadership } from '../leadership/leadership.ts';
import type { ConsensusSigner } from './consensus.ts';
import type { FederationRecord } from './federation-record.ts';
import type { Peers } from './peers.ts';

export interface ConsensusKeeperOptions {
  readonly node: string;
  readonly bridge: string;
  readonly signer: ConsensusSigner;
  readonly leadership: Leadership;
  readonly peers: Peers;
  readonly record: FederationRecord;
}

/** As leader: records, signed, who leads whom, each time it is somebody else. */
export class ConsensusKeeper {
  readonly #options: ConsensusKeeperOptions;
  #recorded = '';

  constructor(options: ConsensusKeeperOptions) {
    this.#options = options;
  }

  /** Rejects when the ledger did not take it; the next call tries again. */
  async keep(): Promise<void> {
    const { node, bridge, signer, leadership, peers, record } = this.#options;
    const { standing } = leadership;
    const alive = peers.seen.filter((peer) => peer.alive);
    if (standing.role !== 'leader' || alive.length === 0) return;
    const names = [...new Set([node, ...alive.map((peer) => peer.node)])].sort();
    const term = String(standing.term);
    const gist = JSON.stringify([term, names]);
    if (gist === this.#recorded) return;
    const epoch = Math.floor(Math.max(...alive.map(({ beatAt }) => beatAt)));
    const consensus = { epoch, leader: node, peers: names, status: 'consensus-ok', term, bridge } as const;
    await record.append('consensus:reached', { ...signer.sign(consensus) });
    this.#recorded = gist;
  }
}
