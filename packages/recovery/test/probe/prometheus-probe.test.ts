import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prometheus } from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { httpService, type Service } from './http-service.ts';
import { issuesOf, openProbe, patient } from './open-probe.ts';
import { withFreePort } from './server/free-port.ts';
import { type ServerProcess, startServer } from './server/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from './server/temporary-folder.ts';

const METRICS = `# TYPE jobs_waiting gauge
jobs_waiting{queue="mail"} 3
jobs_waiting{queue="video"} 40
`;

describe('prometheus probe, against Prometheus', () => {
  let folder: TemporaryFolder;
  let exporter: Service;
  let server: ServerProcess;
  let url: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    exporter = await httpService((_, response) => response.setHeader('content-type', 'text/plain').end(METRICS));
    const config = join(folder.path, 'prometheus.yml');
    const jobs = [{ job_name: 'queues', static_configs: [{ targets: [`127.0.0.1:${exporter.port}`] }] }];
    await writeFile(
      config,
      JSON.stringify({ global: { scrape_interval: '200ms', scrape_timeout: '200ms' }, scrape_configs: jobs }),
    );
    server = await withFreePort((port) => {
      url = `http://127.0.0.1:${port}`;
      const args = [
        `--config.file=${config}`,
        `--storage.tsdb.path=${folder.path}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ];
      return startServer('/usr/bin/prometheus', args, /Server is ready to receive web requests/, { cwd: folder.path });
    });
    await using scraped = await openProbe(prometheus, { url, query: 'jobs_waiting', expect: { atLeast: 0 } });
    await vi.waitUntil(async () => (await scraped.check(patient())).health === 'healthy', { timeout: 60_000 });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await exporter?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  it('holds every series against the limits', async () => {
    await using all = await openProbe(prometheus, { url, query: 'jobs_waiting', expect: { atMost: 50 } });
    expect(await all.check(patient())).toMatchObject({ health: 'healthy', value: expect.any(Number) });
    await using one = await openProbe(prometheus, { url, query: 'jobs_waiting', expect: { atMost: 10 } });
    const wrong = await one.check(patient());
    expect(wrong).toMatchObject({ health: 'degraded', value: 40 });
    expect(wrong.detail).toMatch(/^jobs_waiting\{.*queue="video".*\}: expected at most 10, got 40$/);
  });

  it('takes expressions and scalars, with a path prefix and a slash at the end', async () => {
    await using sum = await openProbe(prometheus, {
      url: `${url}/`,
      query: 'sum(jobs_waiting)',
      expect: { equals: 43 },
    });
    expect(await sum.check(patient())).toEqual({ health: 'healthy', value: 43 });
    await using scalar = await openProbe(prometheus, {
      url,
      query: 'scalar(sum(jobs_waiting)) / 2',
      expect: { above: 21 },
    });
    expect(await scalar.check(patient())).toEqual({ health: 'healthy', value: 21.5 });
  });

  it('takes no data for no success, unless it is told what it means', async () => {
    const nothing = { url, query: 'gone_metric', expect: { equals: 0 } };
    await using probe = await openProbe(prometheus, nothing);
    const detail = 'no data for gone_metric';
    expect(await probe.check(patient())).toEqual({ health: 'unknown', value: null, detail });
    await using alerts = await openProbe(prometheus, { ...nothing, empty: 'healthy' });
    expect(await alerts.check(patient())).toEqual({ health: 'healthy', value: null });
    await using nan = await openProbe(prometheus, { ...nothing, query: 'sum(jobs_waiting) * NaN' });
    expect(await nan.check(patient())).toMatchObject({
      health: 'unknown',
      detail: expect.stringMatching(/is not a number/),
    });
  });

  it('knows nothing when the query is wrong', async () => {
    await using typo = await openProbe(prometheus, { url, query: 'sum(', expect: { equals: 0 } });
    expect((await typo.check(patient())).detail).toMatch(/^status 400: bad_data: .*parse error/);
    await using range = await openProbe(prometheus, { url, query: 'jobs_waiting[1m]', expect: { equals: 0 } });
    const detail = 'status 200: expected numbers (an instant vector or a scalar), got a matrix';
    expect(await range.check(patient())).toEqual({ health: 'unknown', detail });
  });
});

describe('prometheus probe', () => {
  it('knows nothing when the server does not answer, or is another one', async () => {
    await using gone = await httpService((request) => void request.destroy());
    await using lost = await openProbe(prometheus, { url: gone.url, query: 'up', expect: { equals: 1 } });
    expect(await lost.check(patient())).toMatchObject({ health: 'unknown' });
    await using other = await httpService((_, response) => response.end('<html>'));
    await using probe = await openProbe(prometheus, { url: other.url, query: 'up', expect: { equals: 1 } });
    const detail = 'status 200: expected JSON of the Prometheus HTTP API';
    expect(await probe.check(patient())).toEqual({ health: 'unknown', detail });
  });

  it('sends its headers', async () => {
    const authorization = Promise.withResolvers<string | undefined>();
    await using service = await httpService((request, response) => {
      authorization.resolve(request.headers.authorization);
      response.end();
    });
    const headers = { authorization: 'Bearer x' };
    await using probe = await openProbe(prometheus, { url: service.url, query: 'up', expect: { equals: 1 }, headers });
    await probe.check(patient());
    expect(await authorization.promise).toBe('Bearer x');
  });

  it.each([
    [{ url: 'prom:9090', query: 'up', expect: { equals: 1 } }, /^url: expected an http:\/\/ or https:\/\/ URL/],
    [{ url: 'http://a', query: ' ', expect: { equals: 1 } }, /^query: expected a PromQL expression/],
    [{ url: 'http://a', query: 'up' }, /^expect: expected \{ equals, above/],
    [{ url: 'http://a', query: 'up', expect: { equals: 1 }, empty: 'fine' }, /^empty: /],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(prometheus, options).join('\n')).toMatch(complaint);
  });
});
