import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import type { Obstacle } from '../../obstacle.ts';
import { addressBytes } from '../peer/address-bytes.ts';
import { queueNumberOf } from '../rules/arrangement.ts';
import { chainsFor } from '../rules/matches.ts';
import { rulesPath } from './both-ways.ts';
import { type Arranged, type ArrangeScene, lacks, netnsFault, noWay } from './netns-fault.ts';
import type { Toolbox } from './toolbox.ts';

const NAME = /^(?:\*\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*$/;

const params = z
  .strictObject({
    /** Names as they are asked for, `api.example.com`, or all below one, `*.example.com`. Default: every name. */
    names: z.array(z.string().max(253).regex(NAME)).min(1).max(60).optional(),
    /** What a question gets: nothing, "no such name", "server failure" or "refused". */
    fail: z.enum(['timeout', 'nxdomain', 'servfail', 'refused']).optional(),
    /** How much later an answer comes. */
    delay: duration.refine((delay) => delay > 0 && delay <= 60_000).optional(),
    /** The wrong answer; the other family gets an empty one. */
    address: z.union([z.ipv4(), z.ipv6()]).optional(),
    peers: z.undefined().optional(),
    ports: z.undefined().optional(),
    localPorts: z.undefined().optional(),
    protocol: z.undefined().optional(),
  })
  .refine(({ fail, delay, address }) => [fail, delay, address].filter((one) => one !== undefined).length === 1, {
    error: 'expected exactly one of fail, delay and address',
  });
type DnsParams = z.output<typeof params>;

/**
 * `network.dns`: the target's questions fail, wait, or get a wrong answer, all or by name. Answers (UDP port 53, from
 * Docker's own resolver or any other) are held or rewritten on their way in; a timeout for every name is two plain rules
 * and covers TCP too.
 */
export function networkDns(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.dns',
    params,
    risk: 'medium',
    touches: (given) => (isPlain(given) ? [] : ['arriving']),
    describe: (given) => `DNS ${effectOf(given)} for ${given.names?.join(', ') ?? 'every name'}`,
    arrange: (given, scene) => (isPlain(given) ? silence(scene) : rewritten(given, scene)),
  });
}

function isPlain({ fail, names }: DnsParams): boolean {
  return fail === 'timeout' && names === undefined;
}

function effectOf({ fail, delay, address }: DnsParams): string {
  if (fail !== undefined) return fail;
  return delay === undefined ? `answers ${address}` : `answers ${delay} ms later`;
}

/** What a resolver answers. Dropped on its way in: a question dropped on its way out fails at once instead. */
function silence({ kernel }: ArrangeScene): Arranged {
  const protocols = ['udp', 'tcp'] as const;
  const chains = protocols.flatMap((protocol) =>
    chainsFor(answers(protocol), { table: 'filter', hook: 'INPUT', loopback: true, actions: [['-j', 'DROP']] }, kernel),
  );
  return { path: rulesPath({ kernel }), chains };
}

function rewritten(given: DnsParams, { kernel, ways, tag }: ArrangeScene): Arranged | Obstacle {
  if (!ways.open.has('queue')) return noWay({ ways }, ['queue'], lacks('NFQUEUE', 'nfnetlink_queue and xt_NFQUEUE'));
  const number = queueNumberOf(tag);
  const actions = [['-j', 'NFQUEUE', '--queue-num', String(number), '--queue-bypass']];
  return {
    path: 'packet queue (NFQUEUE, DNS answers)',
    chains: chainsFor(answers('udp'), { table: 'mangle', hook: 'INPUT', loopback: true, actions }, kernel),
    queue: { number, settings: settingsOf(given), raw: false },
  };
}

function answers(protocol: 'udp' | 'tcp') {
  return { addresses: undefined, protocol, ports: ['53'], localPorts: undefined };
}

/** Codes of the packet queue: response codes (RFC 1035, 4.1.1), and three of its own. */
const CODES = { servfail: 2, nxdomain: 3, refused: 5, timeout: 17 } as const;
const ANSWER = 16;
const LATER = 18;

function settingsOf({ names = [], fail, delay, address }: DnsParams): string[] {
  const named = names.map((name) => `name=${name}`);
  if (fail !== undefined) return [`dns=${CODES[fail]}`, ...named];
  if (delay !== undefined) return [`dns=${LATER}`, `delay=${Math.round(delay * 1000)}`, ...named];
  return [`dns=${ANSWER}`, `address=${addressBytes(address ?? '').toString('hex')}`, ...named];
}
