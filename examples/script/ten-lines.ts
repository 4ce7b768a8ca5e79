import { createServer } from 'node:http';
import { ChaosEngine, summarize } from '@bridge/chaos-core';
import { proxies, proxy } from '@bridge/chaos-injectors';
import { http } from '@bridge/chaos-recovery';

// What is put to the test: any TCP service. Here one of our own, so that the file runs as it is.
const port = Number(process.env['PORT'] ?? 3000);
const service = createServer((_request, response) => response.end('ok')).listen(port, '127.0.0.1');

{
  await using api = await proxy({ name: 'api', upstream: port });
  await using engine = await new ChaosEngine({ plugins: [proxies()], armed: true }).start();
  const run = engine.run({
    name: 'users are fine again after the API was slow',
    steadyState: { probes: [http({ name: 'api', url: `http://127.0.0.1:${api.port}/`, timeout: '500ms' })] },
    faults: [{ type: 'proxy.latency', target: { proxy: 'api' }, params: { delay: '2s' }, for: '5s' }],
    recovery: { within: '30s', hold: '2s' },
  });
  console.log(summarize(await run.report).join('\n'));
}

service.close();
