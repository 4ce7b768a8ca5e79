import { type Random, seededRandom } from '@bridge/chaos-core';

/** An experiment that nobody can run, and why. */
export interface BrokenInput {
  readonly name: string;
  readonly bytes: Buffer;
}

const GOOD = {
  name: 'good',
  steadyState: { probes: [{ name: 'api', type: 'http', url: 'http://127.0.0.1:1/', every: '100ms' }] },
  faults: [{ type: 'process.pause', target: { process: { name: 'worker' } }, for: '1s' }],
} as const;

/** One way of breaking; each draws its details from the stream it is given. */
const KINDS: Readonly<Record<string, (random: Random) => Buffer | string>> = {
  'alias bomb': (random) => bomb(random.int(6) + 7),
  'cycle of aliases': () => 'a: &a [*a]\nname: x\nfaults: *a\n',
  'deep nesting': (random) => '['.repeat(2_000 + random.int(20_000)),
  'deep mapping': (random) =>
    Array.from({ length: 1_500 + random.int(500) }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
  'string of megabytes': (random) => JSON.stringify({ ...GOOD, name: 'x'.repeat(2 ** 20 + random.int(9 * 2 ** 20)) }),
  'long line below the limit': (random) =>
    JSON.stringify({ ...GOOD, [`k${'y'.repeat(900_000 + random.int(1_000))}`]: 1 }),
  'random bytes': (random) => Buffer.from(Array.from({ length: 200 + random.int(400) }, () => 128 + random.int(128))),
  'wrong type': (random) => JSON.stringify(replaced(random)),
  'unknown fault': (random) =>
    JSON.stringify({ ...GOOD, faults: [{ ...GOOD.faults[0], type: `process.${word(random)}` }] }),
  'unknown kind of target': (random) =>
    JSON.stringify({ ...GOOD, faults: [{ ...GOOD.faults[0], target: { [word(random)]: 'x' } }] }),
  'unknown key': (random) => JSON.stringify({ ...GOOD, [word(random)]: random.int(100) }),
  'unknown probe': (random) =>
    JSON.stringify({ ...GOOD, steadyState: { probes: [{ name: 'p', type: word(random) }] } }),
  'missing faults': () => JSON.stringify({ name: 'x' }),
  'cut off': (random) => JSON.stringify(GOOD).slice(0, 10 + random.int(120)),
  'tabs and brackets': (random) => `name: x\n\t${'}'.repeat(1 + random.int(5))}: [`,
  'duplicate keys': (random) => `name: a\nname: ${word(random)}\nfaults: []\n`,
  'unknown tag': (random) => `name: !!${word(random)} x\nfaults: []\n`,
  'control characters': () => 'name: "\\u001b[31mred\\u0007"\nfaults: nothing\n',
  'several documents': (random) => `${'---\nname: x\n'.repeat(2 + random.int(50))}`,
  'own prototype': () => '{"__proto__": {"name": "x"}, "constructor": {"name": "y"}, "faults": {}}',
};

/** As many broken experiments as asked for, the same for the same seed, every kind among them. */
export function brokenInputs(count: number, seed: number): readonly BrokenInput[] {
  const random = seededRandom(seed);
  const kinds = Object.entries(KINDS);
  return Array.from({ length: count }, (_, index) => {
    const [kind, make] = kinds[index % kinds.length] ?? ['none', () => ''];
    return { name: `${kind} ${index}`, bytes: Buffer.from(make(random.fork(String(index)))) };
  });
}

function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level <= levels; level += 1) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  return `${lines.join('\n')}\nname: x\nfaults: *a${levels}\n`;
}

const WRONG: readonly unknown[] = [null, true, -1, 1.5, 1e300];

function replaced(random: Random): unknown {
  const wrong = WRONG[random.int(WRONG.length)];
  const places = [
    { ...GOOD, name: wrong },
    { ...GOOD, faults: wrong },
    { ...GOOD, faults: [wrong] },
    { ...GOOD, steadyState: wrong },
    { ...GOOD, baseline: [wrong] },
    wrong,
  ];
  return places[random.int(places.length)];
}

function word(random: Random): string {
  return Array.from({ length: 4 + random.int(12) }, () => String.fromCharCode(97 + random.int(26))).join('');
}
