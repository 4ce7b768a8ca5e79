import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Target } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';
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

/** The state letter of the process as the kernel has it, read without the code under test. */
export function kernelState(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}

/** The process as the plugin's target source finds it. */
export async function targetOf(pid: number): Promise<Target> {
  const [source] = processes().targets;
  const [target] = await source.find({ pid }, faultContext());
  if (target === undefined) throw new Error(`Process ${pid} was not found.`);
  return target;
}
