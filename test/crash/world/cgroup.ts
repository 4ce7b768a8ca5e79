import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = '/sys/fs/cgroup';
/** Version 1 has a tree per controller; the freezer's tells processes apart as well as any. */
const VERSION_1 = join(ROOT, 'freezer');

/** A control group of the test's own, on whichever version this machine has. */
export class Cgroup implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(name: string): Promise<Cgroup> {
    const path = join(existsSync(VERSION_1) ? VERSION_1 : ROOT, `bridge-chaos-${name}-${process.pid}`);
    await mkdir(path, { recursive: true });
    return new Cgroup(path);
  }

  /** Put in front of a command, it runs the command in here. */
  get command(): readonly string[] {
    return ['sh', '-c', `echo $$ > ${this.path}/cgroup.procs && exec "$@"`, 'sh'];
  }

  get pids(): readonly number[] {
    return readFileSync(join(this.path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  }

  /** As a service manager does it: all at once where the kernel can (`cgroup.kill`), else one by one until none is left. */
  async kill(): Promise<void> {
    const together = join(this.path, 'cgroup.kill');
    if (existsSync(together)) writeFileSync(together, '1');
    for (const pid of existsSync(together) ? [] : this.pids) process.kill(pid, 'SIGKILL');
    await eventually(() => this.pids.length === 0, 10_000, `${this.path} to be empty`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if ((await readdir(this.path)).includes('cgroup.procs')) await this.kill();
    await rmdir(this.path);
  }
}
