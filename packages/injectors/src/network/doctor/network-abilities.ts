import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { DockerConnections } from '../../docker/connections.ts';
import { Helpers } from '../helper/helpers.ts';
import type { Abilities } from '../kernel/abilities.ts';
import { Kernels } from '../kernel/kernels.ts';
import { type Path, type Ways, waysOf } from '../kernel/ways.ts';
import { type NetworkOptions, networkOptions } from '../options.ts';

/** Whether the kernel under an engine can carry a fault. */
export interface NetworkAbility {
  /** Name of the connection. */
  readonly connection: string;
  readonly fault: string;
  /** What is missing, or not allowed by `paths`; null when the fault is possible. */
  readonly lacks: string | null;
}

const PACKETS = 'NFQUEUE, nor netem with htb';
const OR_STREAMS = 'nor REDIRECT for a proxy';

type Needs = (kernel: Abilities, open: Ways['open']) => string | null;

/** What each fault needs, as its own examination of a target decides it. */
const NEEDS: Readonly<Record<string, Needs>> = {
  'network.latency': (_, open) => (open.has('proxy') || packets(open) === null ? null : `${PACKETS}, ${OR_STREAMS}`),
  'network.duplicate': (_, open) => packets(open),
  'network.corrupt': (_, open) => packets(open),
  'network.reorder': (_, open) => packets(open),
  'network.loss': (kernel, open) => (kernel.statistic ? null : packets(open)),
  'network.bandwidth': (_, open) =>
    open.has('queue') || open.has('htb') || open.has('proxy') ? null : `NFQUEUE, nor htb, ${OR_STREAMS}`,
  'network.dns': (_, open) => (open.has('queue') ? null : 'NFQUEUE'),
  'network.reset': (kernel) => (kernel.reject ? null : 'REJECT target'),
  'network.refuse': (kernel) => (kernel.reject ? null : 'REJECT target'),
  'network.partition': () => null,
  'network.blackhole': () => null,
};

function packets(open: Ways['open']): string | null {
  return open.has('queue') || open.has('netem') ? null : PACKETS;
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
    const all = connections.all.map(async ({ name }) => abilitiesOf(name, await kernels.of(name), parsed.data.paths));
    return (await Promise.all(all)).flat();
  } finally {
    await helpers.close();
    connections.close();
  }
}

function abilitiesOf(connection: string, kernel: Abilities, allowed: readonly Path[]): readonly NetworkAbility[] {
  const { open } = waysOf(kernel, allowed);
  return Object.entries(NEEDS).map(([fault, needs]) => {
    return { connection, fault, lacks: kernel.backend === undefined ? 'iptables that works' : needs(kernel, open) };
  });
}
