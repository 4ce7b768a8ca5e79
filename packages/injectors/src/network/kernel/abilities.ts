import type { CallContext } from '../../docker/connection.ts';
import type { Helper } from '../helper/helper.ts';

export type Backend = 'nft' | 'legacy';

/** What the kernel under an engine can do for us, found by trying in a network of our own. */
export interface Abilities {
  /** The back end of iptables that works; undefined when none does. */
  readonly backend: Backend | undefined;
  /** Rules that end by themselves (`-m time`). */
  readonly lapse: boolean;
  readonly ipv6: boolean;
  readonly reject: boolean;
  readonly statistic: boolean;
  /** Packets to user space (NFQUEUE), and our program for this architecture. */
  readonly queue: boolean;
  /** Packets into a class of our own queue (htb, CLASSIFY). */
  readonly shape: boolean;
  readonly netem: boolean;
  /** What arrives is led through the queue of a device of our own (ifb, ingress, u32, mirred, htb). */
  readonly ifb: boolean;
  /** New TCP connections to a proxy in the same network (REDIRECT, in IPv6 too), and our program for this architecture. */
  readonly redirect: boolean;
}

export const PROGRAMS: Readonly<Record<Backend, string>> = {
  nft: 'xtables-nft-multi',
  legacy: 'xtables-legacy-multi',
};

const RULES: Readonly<Record<'lapse' | 'reject' | 'statistic' | 'queue', readonly string[]>> = {
  lapse: ['filter', '-m', 'time', '--datestart', '2037-01-01T00:00:00', '-j', 'RETURN'],
  reject: ['filter', '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
  statistic: ['filter', '-m', 'statistic', '--mode', 'random', '--probability', '0.5', '-j', 'DROP'],
  queue: ['mangle', '-j', 'NFQUEUE', '--queue-num', '1', '--queue-bypass'],
};
const CLASSIFY = ['mangle', '-j', 'CLASSIFY', '--set-class', '5c00:2'];
const QUEUE_NUMBER = '60000';
const REDIRECT = [
  ...['-t', 'nat', '-A', 'CHAOS_TRY', '-p', 'tcp', '--syn', '-m', 'mark', '--mark', '1'],
  ...['-j', 'REDIRECT', '--to-ports', '61000'],
];

/** Tries everything once, in the network of a helper that stands apart. */
export async function tryAbilities(helper: Helper, context: CallContext): Promise<Abilities> {
  const works = async (verb: string, ...args: readonly string[]): Promise<boolean> =>
    (await helper.try(context, verb, ...args)).code === 0;
  const isBackend = (backend: Backend) => works('run', PROGRAMS[backend], 'iptables', '-w', '5', '-N', 'CHAOS_TRY');
  const backend = (await isBackend('nft')) ? 'nft' : (await isBackend('legacy')) ? 'legacy' : undefined;
  if (backend === undefined) return NOTHING;
  const iptables = (...args: readonly string[]) => works('run', PROGRAMS[backend], 'iptables', '-w', '5', ...args);
  await iptables('-t', 'mangle', '-N', 'CHAOS_TRY');
  const rule = ([table = '', ...words]: readonly string[]) => iptables('-t', table, '-A', 'CHAOS_TRY', ...words);
  const [lapse, reject, statistic, queue, classify] = await Promise.all(
    [RULES.lapse, RULES.reject, RULES.statistic, RULES.queue, CLASSIFY].map(rule),
  );
  const ipv6 = await works('run', PROGRAMS[backend], 'ip6tables', '-w', '5', '-N', 'CHAOS_TRY');
  const served = queue === true && (await works('serve', '0123456789ab', 'packet-queue', QUEUE_NUMBER, '1'));
  const tc = (...args: readonly string[]) => works('run', 'tc', ...args);
  const shape =
    (await tc('qdisc', 'add', 'dev', 'lo', 'root', 'handle', '5c01:', 'htb')) &&
    (await tc('class', 'add', 'dev', 'lo', 'parent', '5c01:', 'classid', '5c01:2', 'htb', 'rate', '1gbit'));
  const netem =
    shape && (await tc('qdisc', 'add', 'dev', 'lo', 'parent', '5c01:2', 'handle', '5c02:', 'netem', 'delay', '1ms'));
  return {
    backend,
    lapse: lapse === true,
    ipv6,
    reject: reject === true,
    statistic: statistic === true,
    queue: served,
    shape: shape && classify === true,
    netem,
    ifb: shape && (await isIfbPossible(works)),
    redirect: await isRedirectPossible(works, PROGRAMS[backend], ipv6),
  };
}

type Works = (verb: string, ...args: readonly string[]) => Promise<boolean>;

async function isIfbPossible(works: Works): Promise<boolean> {
  const device = 'cifb0';
  const tc = (...args: readonly string[]) => works('run', 'tc', ...args);
  return (
    (await works('run', 'busybox', 'ip', 'link', 'add', device, 'type', 'ifb')) &&
    (await tc('qdisc', 'add', 'dev', 'lo', 'handle', 'ffff:', 'ingress')) &&
    (await tc(
      ...[
        'filter',
        'add',
        'dev',
        'lo',
        'parent',
        'ffff:',
        'protocol',
        'ip',
        'prio',
        '1',
        'u32',
        'match',
        'u32',
        '0',
        '0',
      ],
      ...['flowid', '1:1', 'action', 'mirred', 'egress', 'redirect', 'dev', device],
    ))
  );
}

async function isRedirectPossible(works: Works, program: string, ipv6: boolean): Promise<boolean> {
  for (const family of ipv6 ? ['iptables', 'ip6tables'] : ['iptables']) {
    const iptables = (...args: readonly string[]) => works('run', program, family, '-w', '5', ...args);
    if (!(await iptables('-t', 'nat', '-N', 'CHAOS_TRY')) || !(await iptables(...REDIRECT))) return false;
  }
  return works('serve', '0123456789ac', 'tcp-relay', 'relay', '61000', '0123456789ac', '1');
}

const NOTHING: Abilities = {
  backend: undefined,
  lapse: false,
  ipv6: false,
  reject: false,
  statistic: false,
  queue: false,
  shape: false,
  netem: false,
  ifb: false,
  redirect: false,
};
