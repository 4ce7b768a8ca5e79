import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processProbe } from '@bridge/chaos-recovery';
import { afterEach, describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';
import { temporaryFolder } from './server/temporary-folder.ts';

const children: ChildProcess[] = [];

/** Runs until it is killed; `mark` makes its command line unlike any other. */
async function sleeper(mark: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', "process.send('up'); setInterval(() => {}, 1e6)", mark], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  children.push(child);
  await once(child, 'message');
  const { pid } = child;
  if (pid === undefined) throw new Error('expected a process id');
  return Object.assign(child, { pid });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill('SIGKILL');
  await exited;
}

const mark = (): string => `chaos-mark-${process.pid}-${children.length}`;

/** Until the kernel has stopped it: a signal is delivered in the background. */
async function stopped(child: ChildProcess): Promise<void> {
  child.kill('SIGSTOP');
  await expect.poll(() => readFile(`/proc/${child.pid}/stat`, 'utf8'), { timeout: 15_000 }).toMatch(/\) T /);
}

describe('process probe', () => {
  afterEach(async () => {
    await Promise.all(children.splice(0).map(ended));
  });

  it('sees a process by its id, and that it ended', async () => {
    const child = await sleeper(mark());
    await using probe = await openProbe(processProbe, { pid: child.pid });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 1 });
    await ended(child);
    const detail = `processes: expected at least 1, got 0; no process ${child.pid}`;
    expect(await probe.check(patient())).toEqual({ health: 'degraded', value: 0, detail });
  });

  it('takes a stopped process for one that does not run', async () => {
    const child = await sleeper(mark());
    await using probe = await openProbe(processProbe, { pid: child.pid });
    await stopped(child);
    const detail = `processes: expected at least 1, got 0; ${child.pid} is stopped`;
    expect(await probe.check(patient())).toEqual({ health: 'degraded', value: 0, detail });
  });

  it('counts processes by pattern of their command line, without itself', async () => {
    const own = mark();
    await Promise.all([sleeper(own), sleeper(own), sleeper(`${own}-other`)]);
    await using two = await openProbe(processProbe, { commandLine: `${own}$`, expect: { count: { equals: 2 } } });
    expect(await two.check(patient())).toEqual({ health: 'healthy', value: 2 });
    await using three = await openProbe(processProbe, { commandLine: own, expect: { count: { below: 3 } } });
    expect(await three.check(patient())).toMatchObject({ health: 'degraded', value: 3 });
    await using none = await openProbe(processProbe, { commandLine: `${own}-nobody` });
    expect(await none.check(patient())).toMatchObject({ health: 'degraded', value: 0 });
  });

  it('follows a pid file from process to process', async () => {
    await using folder = await temporaryFolder();
    const pidFile = join(folder.path, 'service.pid');
    await using probe = await openProbe(processProbe, { pidFile });
    const missing = `processes: expected at least 1, got 0; no pid file ${pidFile}`;
    expect(await probe.check(patient())).toEqual({ health: 'degraded', value: 0, detail: missing });
    for (const child of [await sleeper(mark()), await sleeper(mark())]) {
      await writeFile(pidFile, `${child.pid}\n`);
      expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 1 });
    }
    await writeFile(pidFile, 'soon');
    expect((await probe.check(patient())).detail).toContain(`expected a process id in ${pidFile}, got "soon"`);
  });

  it('finds a program by its name, and judges its memory', async () => {
    const child = await sleeper(mark());
    const program = (await readFile(`/proc/${child.pid}/comm`, 'utf8')).trim();
    await using probe = await openProbe(processProbe, { program });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
    await using small = await openProbe(processProbe, { pid: child.pid, expect: { memoryAtMost: '1MiB' } });
    expect((await small.check(patient())).detail).toMatch(
      new RegExp(`^process ${child.pid}: expected at most 1048576 bytes resident, got \\d{7,}$`),
    );
    await using large = await openProbe(processProbe, { pid: child.pid, expect: { memoryAtMost: '8GiB' } });
    expect(await large.check(patient())).toEqual({ health: 'healthy', value: 1 });
  });

  it.each([
    [{}, /^pid: expected exactly one of pid, pidFile, program, commandLine, got none/],
    [{ pid: 1, program: 'a' }, /^program: expected exactly one of .* got pid and program/],
    [{ pid: 0 }, /^pid: /],
    [{ program: 'a-name-longer-than-15' }, /^program: expected at most 15 characters/],
    [{ commandLine: '(' }, /^commandLine: expected a valid regular expression/],
    [{ pid: 1, expect: { memoryAtMost: 'lots' } }, /^expect\.memoryAtMost: /],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(processProbe, options).join('\n')).toMatch(complaint);
  });
});
