import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BIN = '/usr/lib/postgresql/15/bin';

/** A private PostgreSQL server in a temporary folder, on a Unix socket alone. */
export interface PostgresCluster {
  /** Options for `new Pool(...)`. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  stop(): Promise<void>;
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [flag, 'postgres'])).stdout);
}

export async function startPostgres(): Promise<PostgresCluster> {
  await access(join(BIN, 'postgres')).catch((cause) => {
    throw new Error(
      'these tests start their own PostgreSQL: apt-get install -y --no-install-recommends postgresql-15',
      { cause },
    );
  });
  const [uid, gid] = [await idOf('-u'), await idOf('-g')];
  const root = await mkdtemp(join(tmpdir(), 'chaos-pg-'));
  await chown(root, uid, gid);
  const data = join(root, 'data');
  await run(join(BIN, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'], { uid, gid, cwd: root });
  const server = spawn(join(BIN, 'postgres'), ['-D', data, '-k', root, '-c', 'listen_addresses='], {
    uid,
    gid,
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${log}`)));
    server.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if (log.includes('ready to accept connections')) resolve();
    });
  });
  return {
    connection: { host: root, user: 'postgres', database: 'postgres' },
    async stop() {
      server.kill('SIGINT');
      if (server.exitCode === null) await once(server, 'exit');
      await rm(root, { recursive: true, force: true });
    },
  };
}
