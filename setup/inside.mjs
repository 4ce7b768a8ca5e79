import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { environmentWith, runChild } from './child.mjs';
import { Dockerd } from './dockerd.mjs';
import { reportLeftovers } from './leftovers.mjs';
import { SetupError } from './setup-error.mjs';
import { rememberMountNamespace } from './test-run.mjs';

/** The pipe that `runWithPrivateEngine` holds the other end of. */
const OWNER_FD = 3;
const GRACE_MS = 10_000;

/**
 * Runs in the namespaces: starts the engine, runs the program, stops the engine.
 * @param {{ run: import('./test-run.mjs').TestRun, program: import('./commands.mjs').Program }} task
 */
async function main({ run, program }) {
  const mountNamespace = readlinkSync('/proc/self/ns/mnt');
  rememberMountNamespace(run, mountNamespace);
  prepareNamespaces();
  const engine = new Dockerd({ directory: run.directory, cgroupParent: `/${run.cgroup}` });
  const owner = new Socket({ fd: OWNER_FD }).resume();
  try {
    await engine.start();
    const code = await runProgram(program, engine.host, once(owner, 'close'));
    if (program.leftovers === 'ignore') return code;
    return (await reportLeftovers({ id: run.id, mountNamespace, engine })) ? Math.max(code, 1) : code;
  } finally {
    await engine.stop();
    owner.destroy();
  }
}

/** @param {import('./commands.mjs').Program} program @param {string} host @param {Promise<unknown>} orphaned */
async function runProgram(program, host, orphaned) {
  const docker = { DOCKER_HOST: host, DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined };
  const child = runChild(program.argv, { env: environmentWith(docker), stdio: 'inherit' });
  void orphaned.then(() => {
    child.process.kill('SIGTERM');
    setTimeout(() => child.process.kill('SIGKILL'), GRACE_MS).unref();
  });
  return child.exitCode;
}

function prepareNamespaces() {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  // A running containerd of the system's is found at a fixed path and would be used; a key is kept in /etc/docker.
  for (const folder of ['/run/containerd', '/etc/docker']) {
    if (!existsSync(folder)) mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  }
}

try {
  process.exitCode = await main(JSON.parse(process.argv[2] ?? ''));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
