import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cgroupFolders } from '../../setup/cgroups.mjs';
import { processesOf } from '../../setup/process-table.mjs';
import { testRunOf } from '../../setup/test-run.mjs';

/** Network and mount namespaces that play the host, so that no other test changes what is compared. */
export interface Host extends AsyncDisposable {
  /** Put before a program to run it there. */
  readonly through: readonly string[];
  /** Firewall, interfaces and mounts, to be compared. */
  state(): Record<string, string>;
}

/** Makes a host that has firewall rules of its own and the chains that a Docker engine would have made. */
export async function aHost(): Promise<Host> {
  const holder = spawn('unshare', ['--net', '--mount', '--propagation', 'private', 'sh', '-c', 'echo ready; read end']);
  await once(holder.stdout, 'data');
  const through = ['nsenter', '--net', '--mount', '--target', String(holder.pid)];
  const run = (...[file = '', ...args]: string[]) =>
    execFileSync('nsenter', [...through.slice(1), file, ...args], { encoding: 'utf8' });
  run('iptables', '--append', 'INPUT', '--source', '192.0.2.1', '--jump', 'DROP');
  run('iptables', '--table', 'nat', '--new-chain', 'DOCKER');
  run(
    'iptables',
    '--table',
    'nat',
    '--append',
    'DOCKER',
    '--protocol',
    'tcp',
    '--dport',
    '80',
    '--jump',
    'DNAT',
    '--to',
    '172.17.0.2:80',
  );
  return {
    through,
    state: () => ({
      // Without the comments' dates.
      firewall: run('iptables-save').replace(/^#.*\n/gm, ''),
      interfaces: run('ip', '-oneline', 'address'),
      mounts: run('findmnt', '--noheadings', '--list', '--output', 'TARGET,FSTYPE'),
    }),
    async [Symbol.asyncDispose]() {
      holder.stdin.end();
      await once(holder, 'exit');
    },
  };
}

/** What a run has on this machine. */
export function tracesOf(id: string, mountNamespace?: string) {
  const run = testRunOf(id);
  return {
    processes: processesOf(id, mountNamespace).map(({ command }) => command),
    cgroups: cgroupFolders(run.cgroup),
    folder: existsSync(run.directory),
  };
}

export const NO_TRACES = { processes: [], cgroups: [], folder: false };
