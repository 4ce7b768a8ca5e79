import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import type { TestContainer } from '../../docker-engine/index.ts';

/** A process that injects and stays, with neither journal nor guardian. */
export async function holding(
  container: TestContainer,
  type: string,
  params: object,
  options: object = {},
): Promise<ChildProcess> {
  const script = new URL('./holder.ts', import.meta.url).pathname;
  const args = ['-C', '@bridge/source', script, container.id, type, JSON.stringify(params), JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  expect(String(await once(child.stdout, 'data'))).toBe('injected\n');
  return child;
}
