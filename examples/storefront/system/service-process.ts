import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type FromSupervisor, type Service, up } from './messages.ts';

/** Between the end of a process and its next start, ms. */
const RESTART_DELAY = 200;
const LOOK_EVERY = 5;

export interface ServiceOptions {
  readonly name: string;
  /** A file of this folder. */
  readonly file: string;
  readonly args: () => readonly string[];
  /** 0: one that is free at the first start, the same ever after. Undefined: it does not listen. */
  readonly port?: number;
  /** Whether it is started again when it ends without being told to. */
  readonly restart: 'always' | 'by order';
  readonly tell: (news: FromSupervisor) => void;
}

/** One process of the storefront, whichever incarnation. */
export class ServiceProcess {
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  #port: number | undefined;
  #wanted = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get name(): string {
    return this.#options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resolves once it works. Nothing is done while it runs. */
  async start(): Promise<void> {
    this.#wanted = true;
    if (this.#child !== undefined) return;
    const { name, file, args, tell } = this.#options;
    const listen = this.#port === undefined ? [] : [`--port=${this.#port}`];
    const child = fork(join(import.meta.dirname, file), [...args(), ...listen], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    const ended = once(child, 'exit').then(([code, signal]) => this.#ended(child, String(signal ?? code)));
    const first = await Promise.race([once(child, 'message'), ended]);
    if (first === undefined) throw new Error(`${name} ended before it worked`);
    const { port } = up.parse(first[0]).up;
    if (port !== undefined) this.#port = port;
    tell({ started: name, pid: child.pid ?? 0, port: this.#port ?? null });
  }

  /** Ends it with SIGKILL, as a stopped process hears nothing else. Resolves once it has ended. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async pause(): Promise<void> {
    await this.#signal('SIGSTOP', 'paused');
  }

  async resume(): Promise<void> {
    await this.#signal('SIGCONT', 'running');
  }

  async look(): Promise<Service> {
    const pid = this.#child?.pid;
    if (pid === undefined) return { state: 'stopped', incarnation: 'none' };
    return { state: (await isStopped(pid)) ? 'paused' : 'running', incarnation: String(pid) };
  }

  async #signal(signal: 'SIGSTOP' | 'SIGCONT', wanted: Service['state']): Promise<void> {
    this.#child?.kill(signal);
    // A signal is only sent: that it has taken effect shows a moment later.
    while (![wanted, 'stopped'].includes((await this.look()).state)) await setTimeout(LOOK_EVERY);
  }

  async #ended(child: ChildProcess, how: string): Promise<undefined> {
    this.#child = undefined;
    this.#options.tell({ ended: this.name, pid: child.pid ?? 0, how });
    if (!this.#wanted || this.#options.restart === 'by order') return;
    await setTimeout(RESTART_DELAY);
    // It ends again where its port is taken just now; then it is tried once more.
    if (this.#wanted) await this.start().catch(() => undefined);
  }
}

async function isStopped(pid: number): Promise<boolean> {
  // proc_pid_stat(5): the state follows the command, which is in brackets.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}
