import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { removeCgroup } from '../../setup/cgroups.mjs';
import { Dockerd } from '../../setup/dockerd.mjs';
import { unmountBelow } from '../../setup/mounts.mjs';
import { testRunOf } from '../../setup/test-run.mjs';

/** A second Docker engine, for tests that stop, kill or restart theirs; `await using` removes it with all that it runs. */
export interface OwnEngine extends AsyncDisposable {
  /** For `DOCKER_HOST`. The same after a restart. */
  readonly host: string;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
}

/**
 * Starts a Docker engine of the test's own beside the run's, in a network namespace of its own: a second engine in the
 * same one takes the first one's bridge and firewall rules away. Its containers have no network but `none`.
 *
 * @param options.liveRestore containers go on while the engine is down. Default false: they stop with it
 */
export async function ownEngine(options: { readonly liveRestore?: boolean } = {}): Promise<OwnEngine> {
  const run = testRunOf(runId());
  const directory = await mkdtemp(join(run.directory, 'own-'));
  const cgroup = `${run.cgroup}/${basename(directory)}`;
  const args = ['--bridge=none', '--iptables=false', ...(options.liveRestore ? ['--live-restore'] : [])];
  const engine = new Dockerd({ directory, cgroupParent: `/${cgroup}`, args, through: ['unshare', '--net'] });
  await engine.start();
  return {
    host: engine.host,
    stop: (signal) => engine.stop(signal),
    start: () => engine.start(),
    async [Symbol.asyncDispose]() {
      await engine.stop();
      await removeCgroup(cgroup);
      unmountBelow(directory);
      await rm(directory, { recursive: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function runId(): string {
  const id = process.env['CHAOS_TEST_RUN'];
  if (id !== undefined) return id;
  throw new Error(
    'A test that needs an engine of its own runs beside the private one: leave CHAOS_TEST_DOCKER_HOST unset.',
  );
}
