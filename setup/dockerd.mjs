import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isAlive } from './process-table.mjs';
import { SetupError } from './setup-error.mjs';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

/**
 * A Docker engine of our own: every file it has is under `directory`, every container under the cgroup `cgroupParent`.
 *
 * It knows nothing of any other engine on the machine. Its firewall rules go to the network namespace it is started in,
 * so start it in one of its own, or with `['--bridge=none', '--iptables=false']`.
 */
export class Dockerd {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;
  #directory;
  #cgroupParent;
  #args;
  #through;

  /**
   * @param {{ directory: string, cgroupParent: string, args?: readonly string[], through?: readonly string[] }} options
   *   `through`: a program and its arguments that start the engine, for example in a namespace of its own
   */
  constructor({ directory, cgroupParent, args = [], through = [] }) {
    this.#directory = directory;
    this.#cgroupParent = cgroupParent;
    this.#args = args;
    this.#through = through;
  }

  /** What DOCKER_HOST must be. */
  get host() {
    return `unix://${this.#socket}`;
  }

  get pid() {
    return this.#process?.pid;
  }

  /** Resolves when it answers. */
  async start() {
    mkdirSync(this.#directory, { recursive: true });
    const log = openSync(join(this.#directory, 'dockerd.log'), 'a');
    // Detached: Ctrl-C in the terminal is for the tests, the engine goes last.
    const [program = 'dockerd', ...args] = [...this.#through, 'dockerd', ...this.#flags()];
    const child = spawn(program, args, { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    this.#process = child;
    const failed = new AbortController();
    child.once('error', (error) => failed.abort(error.message));
    child.once('exit', (code, signal) => failed.abort(`it ended with ${code ?? signal}`));
    await this.#untilItAnswers(failed.signal);
  }

  /**
   * Ends it and waits until it has ended. Containers stop with it, unless it runs with `--live-restore`.
   * @param {'SIGTERM' | 'SIGKILL'} [signal]
   */
  async stop(signal = 'SIGTERM') {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const patience = new AbortController();
    const gaveUp = setTimeout(STOP_TIMEOUT_MS, 'gave up', { signal: patience.signal }).catch(() => 'stopped');
    if ((await Promise.race([exited, gaveUp])) === 'gave up') child.kill('SIGKILL');
    await exited;
    patience.abort();
    await this.#containerdEnded();
  }

  /** A killed engine takes its containerd along a moment later; one started in between would rely on the dying one. */
  async #containerdEnded() {
    const pidFile = join(this.#directory, 'exec/containerd/containerd.pid');
    if (!existsSync(pidFile)) return;
    const pid = Number(readFileSync(pidFile, 'utf8'));
    while (isAlive(pid)) await setTimeout(10);
    rmSync(pidFile, { force: true });
  }

  get #socket() {
    return join(this.#directory, 'docker.sock');
  }

  #flags() {
    return [
      `--data-root=${join(this.#directory, 'data')}`,
      `--exec-root=${join(this.#directory, 'exec')}`,
      `--pidfile=${join(this.#directory, 'dockerd.pid')}`,
      `--host=${this.host}`,
      // The systemd driver would ask the host's systemd for scopes; a plain folder can be removed with all that is in it.
      '--exec-opt=native.cgroupdriver=cgroupfs',
      `--cgroup-parent=${this.#cgroupParent}`,
      // Containers that ignore SIGTERM are not waited for.
      '--shutdown-timeout=1',
      ...this.#args,
    ];
  }

  /** @param {AbortSignal} failed */
  async #untilItAnswers(failed) {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(this.#socket))) {
      if (!failed.aborted && performance.now() < deadline) {
        await setTimeout(50);
        continue;
      }
      const why = failed.aborted ? failed.reason : `no answer within ${START_TIMEOUT_MS / 1000} s`;
      await this.stop('SIGKILL');
      throw new SetupError(
        `setup: the private Docker engine did not start: ${why}. Its last words:\n${this.#lastWords()}`,
      );
    }
  }

  #lastWords() {
    const lines = readFileSync(join(this.#directory, 'dockerd.log'), 'utf8').trimEnd().split('\n');
    return lines.slice(-15).join('\n');
  }
}

/** @param {string} socketPath @returns {Promise<boolean>} */
function answers(socketPath) {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('timeout', () => ping.destroy(new Error('no answer')));
    ping.once('error', () => resolve(false));
    ping.end();
  });
}
