import { describe, expect, it } from 'vitest';
import type { Arrangement } from '../../src/network/rules/arrangement.ts';
import { applying, renewing } from '../../src/network/rules/batches.ts';
import { acts, counted } from '../../src/network/rules/effect.ts';
import { foreignState, netnsLook } from '../../src/network/rules/netns-look.ts';

const TAG = '0123456789ab';
const arrangement: Arrangement = {
  backend: 'nft',
  lapses: true,
  chains: [
    {
      family: 'iptables',
      table: 'mangle',
      hook: 'INPUT',
      loopback: false,
      rules: [['-j', 'NFQUEUE', '--queue-num', '7']],
    },
  ],
  queue: { number: 7, settings: [], raw: false },
};

interface Seen {
  readonly until?: string;
  readonly queues?: string;
  readonly tag?: string;
}

function seen({ until = '2026-01-01T00:00:30', queues = '7 123 0 2 65535 0 0 0 1', tag = TAG }: Seen = {}) {
  return netnsLook(
    [
      '',
      `xtables-nft-multi iptables\n*mangle\n:INPUT ACCEPT [9:9]\n:FORWARD DROP [0:0]\n:CHAOS_${tag}_I - [0:0]
[5:300] -A INPUT ! -i lo -m comment --comment "bridge-chaos:${tag}" -j CHAOS_${tag}_I
[1:60] -A INPUT -s 192.0.2.1/32 -j ACCEPT
[1:60] -A DOCKER_OUTPUT -d 127.0.0.11/32 -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:40053
[0:0] -A CHAOS_${tag}_I -m time --datestart ${until} --datestop 2038-01-19T03:14:07 -j RETURN
[4:240] -A CHAOS_${tag}_I -j NFQUEUE --queue-num 7\nCOMMIT\n`,
      `queues\n    ${queues}\n`,
      'qdiscs\nqdisc noqueue 0: dev eth0 root refcnt 2\nqdisc tbf 1: dev eth1 root\nqdisc htb 5c01: dev eth2 root\n',
      `date\n${Date.parse('2026-01-01T00:00:00Z') / 1000}\n`,
    ].join('\u001d'),
  );
}

describe('a look into a network', () => {
  it('sees a fault that acts', () => {
    expect(acts(seen(), arrangement, TAG)).toBe(true);
  });

  it.each([
    ['its time is over', { until: '2025-12-31T23:59:59' }],
    ['nobody serves its queue', { queues: '8 123 0 2 65535 0 0 0 1' }],
    ['its chain is another fault’s', { tag: 'ffffffffffff' }],
  ])('sees none when %s', (_why, world) => {
    expect(acts(seen(world), arrangement, TAG)).toBe(false);
  });

  it('counts packets that passed and that were hit', () => {
    expect(counted(seen(), arrangement, TAG)).toEqual({ eligible: 5, injected: 4 });
  });

  it('sees a fault that leads arriving packets through a device, and counts them there', () => {
    const { backend, lapses } = arrangement;
    const filters = [['protocol', 'ip', 'u32', 'match', 'u32', '0', '0']];
    const led: Arrangement = { backend, lapses, chains: [], inbound: { class: ['rate', '1mbit'], filters } };
    const look = netnsLook('\u001dinbounds\ncifb0123456789 42\n');
    expect(acts(look, led, TAG)).toBe(true);
    expect(counted(look, led, TAG)).toEqual({ eligible: 42, injected: 42 });
    expect(acts(seen(), led, TAG)).toBe(false);
  });

  it('sees no fault whose proxy takes no connections', () => {
    const proxied: Arrangement = { ...arrangement, relay: { port: 61_001, settings: [] } };
    expect(acts(seen(), proxied, TAG)).toBe(false);
    expect(acts({ ...seen(), relays: [TAG] }, proxied, TAG)).toBe(true);
  });

  it.each([
    ['it could not be listed', '\u001dunlisted xtables-nft-multi iptables\nout of memory\n', /out of memory/],
    ['the helper lacks its back end', '\u001dxtables-legacy-multi iptables\n', /lacks that program/],
  ])('does not take a table for empty when %s', (_why, text, reason) => {
    const look = netnsLook(text);
    expect(() => acts(look, arrangement, TAG)).toThrow(reason);
    expect(() => foreignState(look, arrangement, TAG)).toThrow(reason);
  });

  it('goes by the tables before a foreign rule that cannot be read, and by no other', () => {
    const unread = '\u001dunlisted xtables-nft-multi iptables\ntarget extension not found\n';
    const whole = netnsLook(`\u001dxtables-nft-multi iptables\n*mangle\n:INPUT ACCEPT\nCOMMIT\n*nat\n${unread}`);
    expect(acts(whole, arrangement, TAG)).toBe(false);
    const cut = netnsLook(`\u001dxtables-nft-multi iptables\n*mangle\n:INPUT ACCEPT\n${unread}`);
    expect(() => acts(cut, arrangement, TAG)).toThrow(/extension not found/);
  });

  it('does without a table in which the fault has no chain', () => {
    const look = netnsLook('\u001dxtables-nft-multi iptables\n\u001dunlisted xtables-nft-multi ip6tables\nno IPv6\n');
    expect(acts(look, arrangement, TAG)).toBe(false);
    expect(foreignState(look, arrangement, TAG)).toEqual({ rules: [], queues: [] });
  });

  it('keeps everything foreign in the fingerprint and leaves out other faults of ours', () => {
    const others = foreignState(seen({ tag: 'ffffffffffff' }), arrangement, TAG);
    expect(others).toEqual({
      rules: [
        'xtables-nft-multi iptables *mangle :FORWARD DROP',
        'xtables-nft-multi iptables *mangle -A INPUT -s 192.0.2.1/32 -j ACCEPT',
      ],
      queues: ['qdisc tbf 1: dev eth1 root'],
    });
    expect(JSON.stringify(foreignState(seen(), arrangement, TAG))).toContain(`CHAOS_${TAG}`);
  });
});

describe('the lines for iptables-restore', () => {
  const end = new Date('2026-01-01T00:00:30.500Z');

  it('hang the chain in last and let it end by itself', () => {
    expect(applying(arrangement, TAG, end)).toEqual([
      {
        family: 'iptables',
        lines: [
          '*mangle',
          `:CHAOS_${TAG}_I - [0:0]`,
          `-A CHAOS_${TAG}_I -m time --datestart 2026-01-01T00:00:30 -j RETURN`,
          `-A CHAOS_${TAG}_I -j NFQUEUE --queue-num 7`,
          `-I INPUT ! -i lo -m comment --comment bridge-chaos:${TAG} -j CHAOS_${TAG}_I`,
          'COMMIT',
        ],
      },
    ]);
  });

  it('move the end without touching anything else', () => {
    expect(renewing(arrangement, TAG, end)).toEqual([
      {
        family: 'iptables',
        lines: ['*mangle', `-R CHAOS_${TAG}_I 1 -m time --datestart 2026-01-01T00:00:30 -j RETURN`, 'COMMIT'],
      },
    ]);
    expect(renewing({ ...arrangement, lapses: false }, TAG, end)).toEqual([]);
  });
});
