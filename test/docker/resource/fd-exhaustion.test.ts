import { isChaosError } from '@bridge/chaos-core';
import { afterAll, describe, expect, it } from 'vitest';
import { docker, nodeImage, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { plugin } from './fault-of.ts';
import { held } from './held.ts';

const SOON = { timeout: 20_000 };
/** Becomes a program of an ordinary user, as gosu and the workers of nginx do. */
const DROPPED = 'start-stop-daemon -S -p /none -c nobody -x /bin/sleep -- 1000';
const DROPPING = `
  mkdir -p /etc; echo nobody:x:65534:65534::/:/bin/sh > /etc/passwd
  trap "${DROPPED} & exec ${DROPPED}" USR1
  echo ready; while :; do sleep 1000 & wait; done
`;

afterAll(() => plugin.close?.());

/** A line of a file of `/proc/PID` of every process in there but the one that looks, the main process first. */
async function linesOf(container: TestContainer, name: string, file: string): Promise<readonly string[]> {
  const look = `grep "^${name}" $one/${file}`;
  const all = `for one in /proc/[0-9]*; do [ $one = /proc/$$ ] || ${look}; done; true`;
  return (await container.exec('sh', '-c', all)).split('\n').map((line) => line.trim());
}

const limits = (container: TestContainer) => linesOf(container, 'Max open files', 'limits');

/** Their effective users. */
async function users(container: TestContainer): Promise<readonly (string | undefined)[]> {
  return (await linesOf(container, 'Uid', 'status')).map((line) => line.split('\t')[2]);
}

describe('resource.fd-exhaustion', () => {
  it('undoes what has dropped its user meanwhile, and what was started as another user', async () => {
    await using web = await startContainer({ command: ['sh', '-c', DROPPING] });
    await expect.poll(() => docker(['logs', web.id]), SOON).toBe('ready');
    const [before] = await limits(web);
    const files = await held(web, 'resource.fd-exhaustion', { spare: 9 });
    await docker(['kill', '--signal', 'USR1', web.id]);
    await expect.poll(async () => (await users(web)).filter((user) => user === '65534').length, SOON).toBe(2);
    expect(await files.look()).toBe('present');
    await files.revert();
    expect(await files.look()).toBe('absent');
    expect(new Set(await limits(web))).toEqual(new Set([before]));
  });

  it('reaches a container that runs as another user', async () => {
    await using web = await startContainer({ flags: ['--user', '65534:65534'] });
    const [before] = await limits(web);
    const files = await held(web, 'resource.fd-exhaustion', { spare: 9 });
    expect(await files.look()).toBe('present');
    expect(await limits(web)).not.toContain(before);
    await files.revert();
    expect(await files.look()).toBe('absent');
    expect(new Set(await limits(web))).toEqual(new Set([before]));
  });

  it('says which undo was refused, and puts back all others', async () => {
    const program = `
      require('node:child_process').spawn('sleep', ['1000']).on('spawn', () => console.log('ready'));
      process.on('SIGUSR2', () => process.seteuid(process.geteuid() === 0 ? 65534 : 0));
    `;
    await using web = await startContainer({ image: await nodeImage(), command: ['node', '-e', program] });
    await expect.poll(() => docker(['logs', web.id]), SOON).toBe('ready');
    const before = await limits(web);
    const files = await held(web, 'resource.fd-exhaustion', { spare: 50 });
    const becomes = async (user: string) => {
      await docker(['kill', '--signal', 'USR2', web.id]);
      await expect.poll(async () => (await users(web))[0], SOON).toBe(user);
    };
    await becomes('65534');
    await expect(files.revert()).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_FAULT_FAILED'));
    expect(await files.look()).toBe('present');
    const [refused, ...others] = await limits(web);
    expect(refused).not.toBe(before[0]);
    expect(others).toEqual(before.slice(1));
    await becomes('0');
    await files.revert();
    expect(await files.look()).toBe('absent');
    expect(await limits(web)).toEqual(before);
  });
});
