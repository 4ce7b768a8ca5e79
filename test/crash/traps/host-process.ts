import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { eventually } from '../world/eventually.ts';
import { isRunning } from '../world/process-table.ts';
import type { FlagOptions } from './flag-plugin.ts';
import type { HostOrder } from './host-order.ts';

const ENTRY = fileURLToPath(new URL('./host.ts', import.meta.url));
const line = z.looseObject({ say: z.string() });
const armed = z.object({ data: z.object({ pid: z.int() }) });

/** A folder to break, a state folder and a trace of undo calls. */
export class FlagWorld implements AsyncDisposable {
  readonly root: string;
  readonly folder: string;
  readonly state: string;
  readonly trace: string;

  private constructor(root: string, state: string) {
    this.root = root;
    this.folder = join(root, 'folder');
    this.state = state;
    this.trace = join(root, 'trace');
  }

  /** @param state a state folder elsewhere */
  static async make(state?: string): Promise<FlagWorld> {
    const root = await mkdtemp(join(tmpdir(), 'chaos-trap-'));
    const world = new FlagWorld(root, state ?? join(root, 'state'));
    await mkdir(world.folder);
    return world;
  }

  get flags(): FlagOptions {
    return { trace: this.trace };
  }

  /** Files that should not be there. */
  get broken(): readonly string[] {
    return readdirSync(this.folder);
  }

  /** Faults in the journal that nobody has proven undone. */
  get entries(): readonly string[] {
    return readdirSync(join(this.state, 'live')).filter((name) => name.endsWith('.jsonl'));
  }

  get isClean(): boolean {
    return this.broken.length === 0 && this.entries.length === 0;
  }

  /** What was undone, once per call. */
  get undone(): readonly string[] {
    if (!existsSync(this.trace)) return [];
    const lines = readFileSync(this.trace, 'utf8').trim().split('\n');
    return lines.map((text) => text.slice(text.indexOf(' ') + 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

export type Telling = Partial<Omit<HostOrder, 'flags'>> & { readonly flags?: Partial<FlagOptions> };

export interface Surroundings {
  /** Command in front of the host's own. */
  readonly command?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A process with an engine, in a session of its own. */
export class HostProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly #said: z.output<typeof line>[] = [];
  readonly #waiting = new Set<() => void>();
  #complaints = '';

  private constructor(child: ChildProcess) {
    this.child = child;
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
    child.stderr?.on('data', (chunk) => {
      this.#complaints += String(chunk);
    });
    if (child.stdout === null) throw new Error('expected a pipe');
    createInterface({ input: child.stdout }).on('line', (text) => {
      this.#said.push(line.parse(JSON.parse(text)));
      for (const look of [...this.#waiting]) look();
    });
  }

  static start(world: FlagWorld, telling: Telling = {}, { command = [], env = {} }: Surroundings = {}): HostProcess {
    const { state, folder } = world;
    const order = { state, folder, ...telling, flags: { ...world.flags, ...telling.flags } };
    const [program = '', ...args] = [
      ...command,
      process.execPath,
      '-C',
      '@bridge/source',
      ENTRY,
      JSON.stringify(order),
    ];
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    });
    return new HostProcess(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get complaints(): string {
    return this.#complaints;
  }

  /** The pid of the newest guardian. */
  get guardian(): number {
    return armed.parse(this.#said.findLast(({ say }) => say === 'guardian:armed')).data.pid;
  }

  has(say: string): boolean {
    return this.#said.some((one) => one.say === say);
  }

  /** Resolves when it has said so; rejects when it ends before. */
  async says(say: string): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.has(say)) resolve();
      };
      this.#waiting.add(look);
      look();
    });
    await Promise.race([said, this.ended]);
    if (!this.has(say)) throw new Error(`expected the host to say ${say}, but it ended: ${this.#complaints}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
    if (!this.has('guardian:armed')) return;
    await eventually(() => !isRunning(this.guardian), 60_000, 'the guardian to end');
  }
}
