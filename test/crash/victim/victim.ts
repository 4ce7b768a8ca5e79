import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '../world/eventually.ts';
import { isRunning } from '../world/process-table.ts';
import { type Order, type Said, said } from './order.ts';

const ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url));

export interface VictimOptions {
  /** Registry folder of the proxies it may touch. */
  readonly registry: string;
  /** Milliseconds. Default 10 s. */
  readonly lease?: number;
}

/** A process with an engine and a guardian, each ready to work and to be killed. */
export class Victim implements AsyncDisposable {
  readonly state: string;
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  readonly #said: Said[] = [];
  readonly #waiting = new Set<() => void>();
  #guardian = 0;
  #silent = false;

  private constructor(state: string, child: ChildProcess) {
    this.state = state;
    this.child = child;
    this.ended = once(child, 'exit').then(() => undefined);
    // Later than its exit: only now everything it said has been read.
    child.once('close', () => {
      this.#silent = true;
      this.#wake();
    });
    if (child.stdout === null) throw new Error('expected a pipe');
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#said.push(said.parse(JSON.parse(line)));
      this.#wake();
    });
  }

  /** Resolves when engine and guardian stand by. */
  static async start({ registry, lease = 10_000 }: VictimOptions): Promise<Victim> {
    const state = await mkdtemp(join(tmpdir(), 'chaos-victim-'));
    const args = ['-C', '@bridge/source', ENTRY, JSON.stringify({ state, registry, lease })];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    const victim = new Victim(state, child);
    const { guardian } = await victim.hears('ready');
    victim.#guardian = guardian;
    return victim;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get guardian(): number {
    return this.#guardian;
  }

  /** What it said when it was about to be struck, if it was. */
  get struck(): Extract<Said, { say: 'struck' }> | undefined {
    return this.#said.find((line) => line.say === 'struck');
  }

  tell(order: Order): void {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** The line of this kind; rejects when it says that it failed, or ends before. */
  hears<Kind extends Said['say']>(kind: Kind): Promise<Extract<Said, { say: Kind }>> {
    const isWanted = (line: Said): line is Extract<Said, { say: Kind }> => line.say === kind;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.#said.find(isWanted);
        if (found === undefined && !this.#silent && !this.#said.some(isFailure)) return;
        this.#waiting.delete(look);
        if (found === undefined) reject(new Error(`expected ${kind}, got ${JSON.stringify(this.#said)}`));
        else resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Journal files of faults that nobody has proven undone. */
  async liveEntries(): Promise<readonly string[]> {
    return (await readdir(join(this.state, 'live'))).filter((name) => name.endsWith('.jsonl'));
  }

  guardianIsGone(): boolean {
    return !isRunning(this.#guardian);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
    await eventually(() => this.guardianIsGone(), 60_000, 'the guardian to end');
    await rm(this.state, { recursive: true, force: true });
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

function isFailure({ say }: Said): boolean {
  return say === 'failed';
}
