import { type Report, reportSchema } from '@bridge/chaos-core';
import { expect } from 'vitest';
import type { Example } from './example.ts';

/** Sends an experiment to an example service and returns the report. */
export async function runAt(base: string, experiment: object): Promise<Report> {
  const response = await fetch(`${base}/chaos/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(experiment),
  });
  const answer: unknown = await response.json();
  expect(response.ok, JSON.stringify(answer)).toBe(true);
  return reportSchema.parse(answer);
}

/** Ends a service as a platform would, and expects it to leave nothing. */
export async function endsCleanly(example: Example): Promise<void> {
  example.kill('SIGTERM');
  const { code, errors } = await example.ended;
  expect(errors).toBe('');
  expect([0, 'SIGTERM']).toContain(code);
  await expect.poll(() => example.leftBehind(), { timeout: 15_000 }).toEqual([]);
}

/** The address in a service's line "ready …". */
export function portIn(line: string): number {
  const port = /(?:"port":|:)(\d{2,5})/.exec(line)?.[1];
  if (port === undefined) throw new Error(`no port in: ${line}`);
  return Number(port);
}

/** What every experiment of these tests has: short times, and a probe on one path. */
export function experimentOn(base: string, path: string) {
  return {
    steadyState: {
      probes: [{ type: 'http', name: 'users', url: `${base}${path}`, every: '100ms', timeout: '1s' }],
    },
    baseline: '2s',
    recovery: { within: '30s', hold: '1s' },
  };
}
