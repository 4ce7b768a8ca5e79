import { execFile } from 'node:child_process';
import { access, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServerProcess, startServer } from './server-process.ts';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

/** A PostgreSQL server of its own in a temporary folder, on a Unix socket alone. It refuses to run as root. */
export interface PostgresServer extends AsyncDisposable {
  /** Folder of its socket: what clients call the host. */
  readonly host: string;
  /** Starts it again on the same data. */
  start(): Promise<ServerProcess>;
}

export async function postgresServer(): Promise<PostgresServer> {
  const [version = ''] = await readdir(VERSIONS);
  const bin = join(VERSIONS, version, 'bin');
  await access(join(bin, 'initdb'));
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  );
  const host = await mkdtemp(join(tmpdir(), 'chaos-pg-'));
  await chown(host, uid ?? 0, gid ?? 0);
  const data = join(host, 'data');
  const identity = { uid: uid ?? 0, gid: gid ?? 0, cwd: host };
  await run(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'], identity);
  const args = ['-D', data, '-k', host, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  return {
    host,
    start: () =>
      startServer(join(bin, 'postgres'), args, /ready to accept connections/, { ...identity, kill: 'SIGQUIT' }),
    [Symbol.asyncDispose]: () => rm(host, { recursive: true, force: true }),
  };
}
