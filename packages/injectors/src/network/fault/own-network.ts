import type { Obstacle } from '../../obstacle.ts';
import type { NetworkFacts } from '../peer/network-facts.ts';

/** Why faults in the network of a container would hit somebody else, or nothing. */
export function whyNoOwnNetwork(name: string, { mode }: NetworkFacts): Obstacle | undefined {
  if (mode === 'host') {
    return {
      reason: `container ${name} shares the network of its host: the fault would hit the host and every such container`,
      remedy: 'give it a network of its own, or use a fault proxy in front of it',
    };
  }
  if (mode.startsWith('container:')) {
    return {
      reason: `container ${name} borrows the network of container ${mode.slice('container:'.length, 'container:'.length + 12)}`,
      remedy: 'select that container instead; the fault then hits both',
    };
  }
  if (mode === 'none') {
    return { reason: `container ${name} has no network`, remedy: 'connect it to a network first' };
  }
  return undefined;
}
