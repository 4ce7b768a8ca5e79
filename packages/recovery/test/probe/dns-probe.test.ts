import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { dns } from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';
import { withFreePort } from './server/free-port.ts';
import { type ServerProcess, startServer } from './server/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from './server/temporary-folder.ts';

const RECORDS = [
  '--host-record=web.chaos.test,192.0.2.1,2001:db8::1',
  '--host-record=web.chaos.test,192.0.2.2',
  '--cname=www.chaos.test,web.chaos.test',
  '--mx-host=chaos.test,mail.chaos.test,10',
  '--txt-record=chaos.test,v=1,two parts',
  '--srv-host=_api._tcp.chaos.test,api.chaos.test,8443,5,7',
];

describe('dns probe, against dnsmasq', () => {
  let folder: TemporaryFolder;
  let server: ServerProcess;
  let servers: string[];

  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await withFreePort((port) => {
      servers = [`127.0.0.1:${port}`];
      const listen = [`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces', '--pid-file='];
      const own = ['--no-resolv', '--no-hosts', '--local=/chaos.test/', '--user=root', '--conf-file=/dev/null'];
      return startServer('/usr/sbin/dnsmasq', ['--no-daemon', ...listen, ...own, ...RECORDS], /started, version/, {
        cwd: folder.path,
      });
    });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  it.each([
    ['A', 'web.chaos.test', '192.0.2.1, 192.0.2.2'],
    ['AAAA', 'web.chaos.test', '2001:db8::1'],
    ['CNAME', 'www.chaos.test', 'web.chaos.test'],
    ['MX', 'chaos.test', '10 mail.chaos.test'],
    ['TXT', 'chaos.test', 'v=1two parts'],
    ['SRV', '_api._tcp.chaos.test', '5 7 8443 api.chaos.test'],
    ['PTR', '1.2.0.192.in-addr.arpa', 'web.chaos.test'],
  ] as const)('reads %s records of %s', async (record, host, value) => {
    await using probe = await openProbe(dns, { host, record, servers });
    const result = await probe.check(patient());
    // dnsmasq gives priority and weight of SRV in the order that the option has them.
    if (record === 'SRV') expect(result.value).toMatch(/^\d+ \d+ 8443 api\.chaos\.test$/);
    else expect(result).toEqual({ health: 'healthy', value });
  });

  it('holds the answers against what is expected', async () => {
    const expectations = [
      [{ answers: ['192.0.2.2'] }, 'healthy'],
      [{ answers: ['192.0.2.9'] }, 'degraded'],
      [{ count: { equals: 2 } }, 'healthy'],
      [{ count: { atLeast: 3 } }, 'degraded'],
      [{ absent: true }, 'degraded'],
    ] as const;
    for (const [expectation, health] of expectations) {
      await using probe = await openProbe(dns, {
        host: 'web.chaos.test',
        servers,
        expect: structuredClone(expectation) as object,
      });
      expect(await probe.check(patient())).toMatchObject({ health });
    }
  });

  it('is degraded when the name does not exist, and healthy when that is expected', async () => {
    await using missing = await openProbe(dns, { host: 'gone.chaos.test', servers });
    expect(await missing.check(patient())).toEqual({ health: 'degraded', detail: 'queryA ENOTFOUND gone.chaos.test' });
    await using absent = await openProbe(dns, { host: 'gone.chaos.test', servers, expect: { absent: true } });
    expect(await absent.check(patient())).toEqual({ health: 'healthy', value: '' });
    await using unlike = await openProbe(dns, { host: 'chaos.test', record: 'SRV', servers, expect: { absent: true } });
    expect(await unlike.check(patient())).toEqual({ health: 'healthy', value: '' });
  });

  it('is degraded when the server refuses to look elsewhere', async () => {
    await using probe = await openProbe(dns, { host: 'elsewhere.example', servers });
    expect(await probe.check(patient())).toEqual({ health: 'degraded', detail: 'queryA EREFUSED elsewhere.example' });
  });
});

describe('dns probe', () => {
  it('ends when aborted, with one datagram sent', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const controller = new AbortController();
    let datagrams = 0;
    silent.on('message', () => {
      datagrams += 1;
      controller.abort();
    });
    await using probe = await openProbe(dns, { host: 'a.test', servers: [`127.0.0.1:${silent.address().port}`] });
    const detail = 'no answer before the time-out';
    expect(await probe.check(controller.signal)).toEqual({ health: 'degraded', detail });
    expect(datagrams).toBe(1);
    silent.close();
  });

  it('takes a failure of the server for one, without asking again', async () => {
    const failing = createSocket('udp4').bind(0, '127.0.0.1');
    await once(failing, 'listening');
    let datagrams = 0;
    failing.on('message', (query, { port, address }) => {
      datagrams += 1;
      const answer = Buffer.from(query);
      // An answer (QR), recursion available, response code 2: SERVFAIL (RFC 1035, 4.1.1).
      answer.writeUInt16BE(0x8182, 2);
      failing.send(answer, port, address);
    });
    await using probe = await openProbe(dns, { host: 'a.test', servers: [`127.0.0.1:${failing.address().port}`] });
    expect(await probe.check(patient())).toEqual({ health: 'degraded', detail: 'queryA ESERVFAIL a.test' });
    expect(datagrams).toBe(1);
    failing.close();
  });

  it.each([
    [{}, /^host: /],
    [{ host: 'a', record: 'ANY' }, /^record: expected one of A, AAAA/],
    [{ host: 'a', servers: ['dns.google'] }, /^servers\.0: expected an IP address of a DNS server/],
    [{ host: 'a', servers: ['10.0.0.1:99999'] }, /^servers\.0: /],
    [{ host: 'a', servers: [] }, /^servers: /],
    [{ host: 'a', expect: { absent: true, count: { atLeast: 1 } } }, /^expect\.absent: expected absent alone/],
    [{ host: 'a', expect: { count: {} } }, /^expect\.count: expected at least one of equals, above/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(dns, options).join('\n')).toMatch(complaint);
  });
});
