import type { AnyChaosEvent } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import { showsColour } from '../src/terminal/colour.ts';
import { plainLine, plainText } from '../src/terminal/plain-text.ts';
import { frame, sparkline } from '../src/view/frame.ts';
import { after, NOTHING_YET } from '../src/view/progress.ts';

const target = { kind: 'file', id: '1', name: 'a\u001b[2J', labels: {}, startedAt: '0' };
const fault = { id: 'f-1', type: 'file.hide', target };
const head = { id: 'e', time: '2026-01-01T00:00:00.000Z', monotonic: 1_000, sequence: 1, node: 'n' };
const events: readonly AnyChaosEvent[] = [
  {
    ...head,
    type: 'run:started',
    data: { name: 'a name that is far too long for this terminal', seed: 7, actor: null },
  },
  { ...head, type: 'run:phase', data: { phase: 'failure' } },
  { ...head, type: 'probe:second', data: { probe: 'api', sent: 10, ok: 10, p50: 1, p95: 4 } },
  { ...head, type: 'probe:second', data: { probe: 'api', sent: 10, ok: 2, p50: 1, p95: 40 } },
  { ...head, type: 'fault:injecting', data: { fault } },
  { ...head, type: 'fault:leaked', data: { fault, reason: 'no', remedy: 'yes' } },
];

test('the live view shows phase, probes and faults, no line wider than the terminal, no control character', () => {
  const lines = frame(events.reduce(after, NOTHING_YET), { columns: 60, elapsed: 2_000, paint: (_, text) => text });
  expect(lines.join('\n')).toMatch(/failure[\s\S]*api .* 12\/20 ok {2}p95 40 ms[\s\S]*leaked +file\.hide on a/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
  expect(lines.join('')).not.toContain('\u001b');
});

test('a sparkline scales to its highest value and leaves a gap where nothing answered', () => {
  expect(sparkline([1, 8, null, 4], 6)).toBe('  ▂█ ▅');
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
  [true, { TERM: 'dumb' }, false],
])('colours on a terminal (%s) with %j: %s', (isTerminal, env, shown) => {
  expect(showsColour(isTerminal, env)).toBe(shown);
});

test('what others wrote cannot move the cursor or add a line', () => {
  expect(plainText('a\u001b[31mb\nc\r\u202ed')).toBe('a [31mb\nc d');
  expect(plainLine('a\nb\u0007', 80)).toBe('a b ');
});
