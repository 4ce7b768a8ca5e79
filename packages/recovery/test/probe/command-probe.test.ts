import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { command } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';

const node = (script: string, ...args: string[]): string[] => [process.execPath, '-e', script, ...args];

async function check(options: Parameters<typeof openProbe<typeof command.options>>[1], signal = patient()) {
  await using probe = await openProbe(command, options);
  return await probe.check(signal);
}

async function exists(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

describe('command probe', () => {
  it('is healthy on exit code 0 and gives the code as value', async () => {
    expect(await check({ command: node('') })).toEqual({ health: 'healthy', value: 0 });
  });

  it('is degraded on another code, with what the program complained about', async () => {
    const result = await check({ command: node('console.error("no disk"); process.exit(3)') });
    expect(result).toEqual({ health: 'degraded', value: 3, detail: 'expected exit code 0, got 3: "no disk"' });
  });

  it('accepts the codes it was told', async () => {
    expect(await check({ command: node('process.exit(3)'), expect: { exitCode: [1, 3] } })).toMatchObject({
      health: 'healthy',
    });
  });

  it('judges the output', async () => {
    const script = 'console.log("lag=" + process.argv[1])';
    const judged = (lag: string) =>
      check({ command: node(script, lag), expect: { stdout: { matches: '^lag=\\d\\n$' } } });
    expect(await judged('3')).toMatchObject({ health: 'healthy' });
    expect(await judged('300')).toMatchObject({ health: 'degraded', detail: expect.stringMatching(/^stdout: /) });
  });

  it('never goes through a shell', async () => {
    const script = 'process.stdout.write(process.argv[1])';
    const text = '$(id) `id` ; * > /tmp/x';
    expect(await check({ command: node(script, text), expect: { stdout: { equals: text } } })).toMatchObject({
      health: 'healthy',
    });
  });

  it('gives working directory and environment', async () => {
    const result = await check({
      command: node('process.stdout.write(process.cwd() + process.env.REGION)'),
      cwd: '/',
      env: { REGION: 'west' },
      expect: { stdout: { equals: '/west' } },
    });
    expect(result).toMatchObject({ health: 'healthy' });
  });

  it('is unknown when the program cannot be started', async () => {
    const result = await check({ command: ['no-such-program-here'] });
    expect(result.health).toBe('unknown');
    expect(result.detail).toMatch(/^cannot run "no-such-program-here": .*ENOENT/);
  });

  it('is degraded when the program is ended by a signal', async () => {
    const result = await check({ command: node('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1e3)') });
    expect(result).toEqual({ health: 'degraded', value: null, detail: 'ended by SIGTERM' });
  });

  it('is degraded when aborted, and kills the program and what that started', async () => {
    const controller = new AbortController();
    const reported = Promise.withResolvers<string>();
    const server = createServer((socket) =>
      socket.setEncoding('utf8').on('data', (text) => reported.resolve(String(text))),
    );
    server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const script = `
      const child = require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' });
      child.on('spawn', () => require('node:net').connect(${port}, '127.0.0.1').write(process.pid + ' ' + child.pid));
    `;
    const checked = check({ command: node(script) }, controller.signal);
    const pids = (await reported.promise).split(' ').map(Number);
    controller.abort();
    expect(await checked).toMatchObject({
      health: 'degraded',
      detail: 'did not end before the time-out and was killed',
    });
    await new Promise((resolve) => server.close(resolve));
    for (const pid of pids) await expect.poll(() => exists(pid)).toBe(false);
  });

  it.each([
    [{}, /^command: expected an array/],
    [{ command: 'ls -l' }, /^command: expected an array: the program, then its arguments/],
    [{ command: [] }, /^command: /],
    [{ command: [''] }, /^command\.0: expected the name of a program/],
    [{ command: ['ls'], expect: { exitCode: 256 } }, /^expect\.exitCode: expected an exit code/],
    [{ command: ['ls'], shell: true }, /shell/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(command, options).join('\n')).toMatch(complaint);
  });
});
