import { readFile } from 'node:fs/promises';
import type { ProxyUndo } from './proxy-fault.ts';

/**
 * True when the data plane was provably closed in a process that lives on: its control socket ends last, after the
 * listener and every connection, and has a path that is made anew for every data plane. That process's own table is
 * asked, as a path alone may be out of sight in another mount namespace, or have been removed by somebody else.
 */
export async function isClosed({ control, process }: Pick<ProxyUndo, 'control' | 'process'>): Promise<boolean> {
  const sockets = await readFile(`/proc/${process.pid}/net/unix`, 'utf8').catch(() => undefined);
  return sockets !== undefined && !sockets.includes(` ${control}\n`);
}
