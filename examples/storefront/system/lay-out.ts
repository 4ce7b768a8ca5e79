import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StorefrontPaths } from './paths.ts';

const PRICING = `import { discount } from './discount.mjs';

export function price({ amount, unit }) {
  return Math.round(amount * unit * (1 - discount(amount)) * 100) / 100;
}
`;

const DISCOUNT = `export function discount(amount) {
  return amount >= 10 ? 0.1 : 0;
}
`;

const PACKING = `export function boxes(amount) {
  return Math.ceil(amount / 4);
}
`;

const TEST = `import assert from 'node:assert/strict';
import { boxes } from './packing.mjs';
import { price } from './pricing.mjs';

assert.equal(price({ amount: 10, unit: 2 }), 18);
assert.equal(boxes(5), 2);
`;

const LABEL = `#!/bin/sh
echo "label for \${1:-nobody}"
`;

const CONFIG = { currency: 'EUR', pageSize: 20, catalogueKept: 5000, theme: { name: 'autumn', dark: false } };

/** Weights as a trained ranking would have them: enough bytes that a damaged one shows. */
const MODEL = { format: 'ranking/1', weights: Array.from({ length: 512 }, (_, index) => Math.sin(index + 1)) };

/** Writes everything that a storefront reads. */
export async function layOut(paths: StorefrontPaths): Promise<void> {
  const files: readonly [path: string, content: string, mode: number][] = [
    [paths.config, `${JSON.stringify(CONFIG, undefined, 2)}\n`, 0o644],
    [paths.model, JSON.stringify(MODEL), 0o644],
    [paths.pricing, PRICING, 0o644],
    [paths.discount, DISCOUNT, 0o644],
    [paths.packing, PACKING, 0o644],
    [paths.test, TEST, 0o644],
    [paths.label, LABEL, 0o755],
    [paths.log, '', 0o644],
  ];
  for (const [path, content, mode] of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode });
  }
  for (const folder of [dirname(paths.heartbeat), paths.cache, paths.snapshots]) {
    await mkdir(folder, { recursive: true });
  }
}
