import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { DockerConnections } from '../../docker/connections.ts';
import { Helpers } from '../helper/helpers.ts';
import type { Abilities } from '../kernel/abilities.ts';
import { Kernels } from '../kernel/kernels.ts';
import { type NetworkOptions, networkOptions } from '../options.ts';

/** Whether the kernel under an engine can carry a fault. */
export interface NetworkAbility {
  /** Name of the connection. */
  readonly connection: string;
  readonly fault: string;
  /** What is missing; null when the fault is possible. */
  readonly lacks: string | null;
}

const PACKETS = 'NFQUEUE, nor netem with htb';
const OR_STREAMS = 'nor REDIRECT for a proxy';

/** What each fault needs, as its own examination of a target decides it. */
const NEEDS: Readonly<Record<string, (kernel: Abilities) => string | null>> = {
  'network.latency': (kernel) => (kernel.redirect || packets(kernel) === null ? null : `${PACKETS}, ${OR_STREAMS}`),
  'network.duplicate': (kernel) => packets(kernel),
  'network.corrupt': (kernel) => packets(kernel),
  'network.reorder': (kernel) => packets(kernel),
  'network.loss': (kernel) => (kernel.statistic ? null : packets(kernel)),
  'network.bandwidth': (kernel) =>
    kernel.queue || kernel.shape || kernel.redirect ? null : `NFQUEUE, nor htb, ${OR_STREAMS}`,
  'network.dns': (kernel) => (kernel.queue ? null : 'NFQUEUE'),
  'network.reset': (kernel) => (kernel.reject ? null : 'REJECT target'),
  'network.refuse': (kernel) => (kernel.reject ? null : 'REJECT target'),
  'network.partition': () => null,
  'network.blackhole': () => null,
};

function packets({ queue, netem, shape }: Abilities): string | null {
  return queue || (netem && shape) ? null : PACKETS;
}

/**
 * What the kernels under the engines can do to packets, found by trying in a network of our own that no container is in.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID`, or `CHAOS_TARGET_UNREACHABLE` when an engine does not answer.
 */
export async function networkAbilities(options: NetworkOptions = {}): Promise<readonly NetworkAbility[]> {
  const parsed = networkOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of networkAbilities(): ${z.prettifyError(parsed.error)}`);
  }
  const connections = new DockerConnections(parsed.data.hosts);
  const helpers = new Helpers(connections, parsed.data);
  const kernels = new Kernels(helpers);
  try {
    const all = connections.all.map(async ({ name }) => abilitiesOf(name, await kernels.of(name)));
    return (await Promise.all(all)).flat();
  } finally {
    await helpers.close();
    connections.close();
  }
}

function abilitiesOf(connection: string, kernel: Abilities): readonly NetworkAbility[] {
  return Object.entries(NEEDS).map(([fault, needs]) => {
    return { connection, fault, lacks: kernel.backend === undefined ? 'iptables that works' : needs(kernel) };
  });
}
