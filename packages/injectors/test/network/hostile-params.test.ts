import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestLine } from '../../src/network/helper/request-line.ts';
import { network } from '../../src/network/plugin.ts';
import { arrangement } from '../../src/network/rules/arrangement.ts';
import { hostileText } from './hostile-text.ts';

const { faults } = network();
const PLAIN = /^[A-Za-z0-9_.:*-]+(?:\/\d+)?$/;

/** Where text enters a fault; what passes must be free of anything but letters, digits and the signs of addresses. */
const PLACES: readonly [string, string, (text: string) => object][] = [
  ['network.blackhole', 'peers', (text) => ({ peers: text })],
  ['network.blackhole', 'host', (text) => ({ peers: { host: text } })],
  ['network.blackhole', 'ports', (text) => ({ ports: text })],
  ['network.refuse', 'localPorts', (text) => ({ localPorts: [text] })],
  ['network.loss', 'protocol', (text) => ({ every: 2, protocol: text })],
  ['network.latency', 'distribution', (text) => ({ delay: 1, distribution: text })],
  ['network.latency', 'direction', (text) => ({ delay: 1, direction: text })],
  ['network.dns', 'names', (text) => ({ fail: 'refused', names: [text] })],
  ['network.dns', 'address', (text) => ({ address: text })],
  ['network.disconnect', 'network', (text) => ({ network: text })],
];

describe('hostile text in params', () => {
  it.each(PLACES)('%s %s: refused unless harmless', (type, place, paramsWith) => {
    const fault = faults.find((one) => one.type === type);
    void fc.assert(
      fc.property(hostileText, (text) => {
        const parsed = fault?.params.safeParse(paramsWith(text));
        if (parsed?.success === false) return;
        expect(text, place).toMatch(PLAIN);
        expect(text.startsWith('-'), place).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('no word with a meaning to a shell, a list of options or a rule file passes into an arrangement', () => {
    void fc.assert(
      fc.property(hostileText, (text) => {
        const rules = [['-s', text, '-j', 'DROP']];
        const chains = [{ family: 'iptables', table: 'filter', hook: 'INPUT', loopback: false, rules }];
        const parsed = arrangement.safeParse({ backend: 'nft', lapses: true, chains });
        if (parsed.success) expect(text).toMatch(/^[A-Za-z0-9!:.,/_%=*-]+$/);
      }),
    );
  });

  it('nothing poses as another request to a helper', () => {
    void fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 4 }), (words) => {
        let line: string;
        try {
          line = requestLine(7, words);
        } catch (error) {
          expect(String(error)).toMatch(/CHAOS_FAULT_PARAMS_INVALID/);
          return;
        }
        expect(line.slice(0, -1).split('\u001f')).toEqual(['7', ...words]);
        expect(line.indexOf('\n')).toBe(line.length - 1);
      }),
    );
  });
});
