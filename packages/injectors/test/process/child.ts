import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Target } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';
import { expect } from 'vitest';
import { faultContext } from '../fault-context.ts';

/** A real process of the test's own; `using` kills it. */
export interface TestProcess extends Disposable {
  readonly pid: number;
  readonly child: ChildProcess;
}

/** Starts Node.js with a script and waits until it says that it is ready. */
export async function startNode(script: string): Promise<TestProcess> {
  const ready = 'process.stdout.write("ready\\n"); setInterval(() => {}, 1000);';
  const child = spawn(process.execPath, ['-e', `${script};${ready}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return testProcess(child);
}

/** A program whose main thread has ended while two others go on. */
const WITHOUT_MAIN = `import ctypes, threading, time
for _ in range(2): threading.Thread(target=time.sleep, args=(1000,)).start()
ctypes.CDLL(None).pthread_exit(None)`;

/** Starts a process that its first thread has left: the kernel shows it as a zombie for as long as the others live. */
export async function startWithoutMainThread(): Promise<TestProcess> {
  const started = await startProgram('python3', ['-c', WITHOUT_MAIN]);
  await expect.poll(() => threadStates(started.pid), { timeout: 20_000 }).toEqual(['Z', 'S', 'S']);
  return started;
}

/** A tracer that starts what it traces, lets every signal through and leaves stops as they are. */
const TRACER = `import ctypes, os, sys, time
SEIZE, LISTEN, CONT, EXITKILL, STOP_EVENT = 0x4206, 0x4208, 7, 0x100000, 128
ptrace = ctypes.CDLL(None).ptrace
child = os.fork()
if child == 0: time.sleep(1000)
ptrace(SEIZE, child, None, ctypes.c_void_p(EXITKILL))
print(child, flush=True)
while True:
    _, status = os.waitpid(child, 0)
    if not os.WIFSTOPPED(status): break
    signal = os.WSTOPSIG(status)
    if status >> 16 != STOP_EVENT: ptrace(CONT, child, None, ctypes.c_void_p(signal))
    elif signal == 19: ptrace(LISTEN, child, None, None)
    else: ptrace(CONT, child, None, None)`;

/** Starts a process under a tracer, as `strace` would; both end together. */
export async function startTraced(): Promise<Pick<TestProcess, 'pid'> & Disposable> {
  const tracer = spawn('python3', ['-c', TRACER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said]: unknown[] = await once(tracer.stdout, 'data');
  return { pid: Number(String(said)), [Symbol.dispose]: () => tracer.kill('SIGKILL') };
}

/** Starts a program that needs no time to be ready. */
export async function startProgram(command: string, args: readonly string[]): Promise<TestProcess> {
  const child = spawn(command, args, { stdio: 'ignore' });
  await once(child, 'spawn');
  return testProcess(child);
}

function testProcess(child: ChildProcess): TestProcess {
  const pid = child.pid;
  if (pid === undefined) throw new Error('The process did not start.');
  return { pid, child, [Symbol.dispose]: () => child.kill('SIGKILL') };
}

/** The state letters of all of its threads, the main thread's first. */
export function threadStates(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => stateIn(`/proc/${pid}/task/${thread}/stat`));
}

/** The state letter of the process as the kernel has it, read without the code under test. */
export function kernelState(pid: number): string {
  return stateIn(`/proc/${pid}/stat`);
}

function stateIn(file: string): string {
  const stat = readFileSync(file, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}

/** The process as the plugin's target source finds it. */
export async function targetOf(pid: number): Promise<Target> {
  const [source] = processes().targets;
  const [target] = await source.find({ pid }, faultContext());
  if (target === undefined) throw new Error(`Process ${pid} was not found.`);
  return target;
}
