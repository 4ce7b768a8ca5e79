import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import type { TestContainer } from '../../docker-engine/index.ts';

const run = promisify(execFile);

/** Runs one of the machine's programs in the network of a container: no image has to bring it. */
export async function inNetworkOf(container: TestContainer, program: string, ...args: string[]): Promise<string> {
  const { Pid } = (await container.inspect()).State;
  return besideProcess(Pid, program, ...args);
}

async function besideProcess(pid: number, program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('nsenter', ['--target', String(pid), '--net', program, ...args], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** A program beside this module, in the form in which this module is run: TypeScript, or a bundle of it. */
function script(name: string): string {
  return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url).pathname;
}

/** Asks the outside world from within a container's network; see probe.ts. */
export function ask<Answer>(container: TestContainer, ...args: string[]): Promise<Answer> {
  return answerOf(container, script('probe'), ...args);
}

/** What a program that is run in a container's network prints as JSON. */
export async function answerOf<Answer>(container: TestContainer, program: string, ...args: string[]): Promise<Answer> {
  return JSON.parse(await inNetworkOf(container, process.execPath, program, ...args));
}

/** Echo servers in a container's network, on ports 7000 and 7001. */
export async function echoServers(container: TestContainer): Promise<AsyncDisposable> {
  const { Pid } = (await container.inspect()).State;
  const node = [process.execPath, script('echo-servers')];
  const child = spawn('nsenter', ['--target', String(Pid), '--net', ...node], { stdio: ['pipe', 'pipe', 'inherit'] });
  await readyTimes(child, 4);
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

/** A kernel may have only one of the two back ends of iptables: then there is nothing in the other. */
function nothingWithoutTables(error: unknown): string {
  if (/Protocol not supported|Table does not exist/.test(String(Reflect.get(Object(error), 'stderr')))) return '';
  throw error;
}

async function readyTimes(child: ChildProcess, count: number): Promise<void> {
  let said = '';
  while (said.split('ready').length <= count) said += String(await once(child.stdout ?? child, 'data'));
}

/** What foreign tools see in a container's network: rules with all chains, and queues; without counters and times. */
export async function witnessNetwork(container: TestContainer): Promise<{ rules: string[]; queues: string[] }> {
  const tools = [
    ['iptables-nft-save'],
    ['ip6tables-nft-save'],
    ['iptables-legacy-save'],
    ['tc', 'qdisc', 'show'],
  ] as const;
  const { Pid } = (await container.inspect()).State;
  const [nft = '', nft6 = '', legacy = '', queues = ''] = await Promise.all(
    tools.map(([program, ...args]) => besideProcess(Pid, program, ...args).catch(nothingWithoutTables)),
  );
  const rules = `${nft}\n${nft6}\n${legacy}`.split('\n').map((line) => line.replace(/\[\d+:\d+\]/, ''));
  // The kernel keeps the built-in chains of a table that was used once, empty.
  return {
    rules: rules.filter((line) => /^(?:-A|:CHAOS|:\S+ (?:DROP|-))/.test(line)).sort(),
    queues: queues.split('\n').filter((line) => line !== ''),
  };
}
