import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oracle } from './cases.ts';
import { play } from './play.ts';

let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/bad') response.writeHead(200, { 'Content-Type': 'application/json' }).end('{not json');
    else if (request.url === '/500') response.writeHead(500, { 'Content-Type': 'text/plain' }).end('broken');
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => server.close());

function port(): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('mode compat', () => {
  it('has the outcome Chaos Toolkit had, in every recorded case', { timeout: 60_000 }, async () => {
    const different: unknown[] = [];
    for (const recorded of oracle) {
      const { name, args, experiment, ...wanted } = recorded;
      const { exit_code, rollback_ran, journal } = wanted;
      const outcome = await play(recorded, port());
      if (!isDeepStrictEqual(outcome, { exit_code, rollback_ran, journal }))
        different.push({ name, args, experiment, wanted, outcome });
    }
    console.log(`${oracle.length - different.length} of ${oracle.length} agree`);
    expect(different).toEqual([]);
    expect(oracle).toHaveLength(42);
  });
});
