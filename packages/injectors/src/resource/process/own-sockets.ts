import { readdir, readlink } from 'node:fs/promises';
import { readProc } from '../../process/process-stat.ts';

/** One row of `/proc/PID/net/tcp` or `tcp6` (proc_pid_net(5)). */
export interface TcpSocket {
  /** Of this side; IPv6 without shortening. */
  readonly address: string;
  readonly port: number;
  readonly state: 'established' | 'listening' | 'other';
}

const STATES: Readonly<Record<string, TcpSocket['state']>> = { '01': 'established', '0A': 'listening' };
/** Files looked at together: a process may have tens of thousands. */
const AT_ONCE = 500;

/** The TCP sockets that a process has open; none where that may not be seen. */
export async function socketsOf(pid: number): Promise<readonly TcpSocket[]> {
  const own = await inodesOf(pid);
  const tables = await Promise.all([readProc(pid, 'net/tcp'), readProc(pid, 'net/tcp6')]);
  return tables.flatMap((table) =>
    (table ?? '').split('\n').flatMap((line): readonly TcpSocket[] => {
      const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
      if (!own.has(inode)) return [];
      const [address = '', port = ''] = local.split(':');
      return [{ address: addressIn(address), port: Number.parseInt(port, 16), state: STATES[state] ?? 'other' }];
    }),
  );
}

async function inodesOf(pid: number): Promise<ReadonlySet<string>> {
  const folder = `/proc/${pid}/fd`;
  const found = new Set<string>();
  const files = await readdir(folder).catch(() => []);
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const links = await Promise.all(
      // Closed meanwhile, or another user's.
      files.slice(at, at + AT_ONCE).map((file) => readlink(`${folder}/${file}`).catch(() => '')),
    );
    for (const link of links) found.add(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '');
  }
  found.delete('');
  return found;
}

/** Words of 32 bits, each in the byte order of this machine: little-endian on all that Node.js runs on but s390x. */
function addressIn(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  return (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
}
