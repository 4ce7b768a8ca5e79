import { once } from 'node:events';
import { Agent, type ClientRequest, get, request } from 'node:http';
import { marked } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import { sparesLateAnswers } from './late-answers.ts';
import { liveEngine } from './live-engine.ts';
import { localServer } from './local-server.ts';
import { slowServer } from './slow-server.ts';

const target = { app: 'self' } as const;

/** How a request ended. */
function outcomeOf(port: number, agent: Agent | false = false): Promise<string> {
  return endOf(get({ host: '127.0.0.1', port, agent }));
}

async function endOf(sent: ClientRequest): Promise<string> {
  try {
    const [response] = await once(sent, 'response');
    let length = 0;
    for await (const chunk of response) length += chunk.length;
    return `${response.statusCode} ${length}`;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? `${thrown.message} ${thrown.code}` : String(thrown);
  }
}

describe('app.http-client', () => {
  it('fails with the error a real connection ends in, before anything is sent', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'error', code: 'ECONNREFUSED' } as const;
    const match = { port: server.port };
    await using _fault = await live.inject({
      type: 'app.http-client',
      target,
      params: { scope: 'process', match, effect },
    });
    expect(await outcomeOf(server.port)).toBe(`connect ECONNREFUSED 127.0.0.1:${server.port} ECONNREFUSED`);
    expect(server.served).toBe(0);
  });

  it('delays what is sent, also on a connection that is reused, and nobody else', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    using agent = disposable(new Agent({ keepAlive: true, maxSockets: 1 }));
    expect(await outcomeOf(server.port, agent.agent)).toBe('200 1000');
    const effect = { kind: 'delay', delay: '80ms' } as const;
    await using _fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'marked', effect } });
    const began = performance.now();
    expect(await marked('drill', () => outcomeOf(server.port, agent.agent))).toBe('200 1000');
    expect(performance.now() - began).toBeGreaterThan(75);
    expect(await outcomeOf(server.port, agent.agent)).toBe('200 1000');
  });

  it('delays a request whose body is sent in pieces', async () => {
    await using live = await liveEngine();
    const bodies: string[] = [];
    await using server = await localServer(async (incoming, response) => {
      bodies.push((await incoming.toArray()).join(''));
      response.end();
    });
    const effect = { kind: 'delay', delay: '50ms' } as const;
    await using _fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'process', effect } });
    const sent = request({ host: '127.0.0.1', port: server.port, method: 'POST', agent: false });
    sent.write('one ');
    await once(sent, 'socket');
    sent.end('two');
    const [response] = await once(sent, 'response');
    expect([response.statusCode, bodies]).toEqual([200, ['one two']]);
  });

  it('sends what waits when it ends', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'delay', delay: '1h' } as const;
    const fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'process', effect } });
    const sent = get({ host: '127.0.0.1', port: server.port, agent: false });
    const answered = once(sent, 'response');
    await once(sent, 'socket');
    await fault.revert();
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    response.destroy();
  });

  it('sends at once what gets its connection only after the end', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    using agent = disposable(new Agent({ keepAlive: true, maxSockets: 1 }));
    const effect = { kind: 'delay', delay: '1h' } as const;
    const fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'process', effect } });
    const first = get({ host: '127.0.0.1', port: server.port, agent: agent.agent });
    const held = once(first, 'socket');
    const both = [endOf(first), outcomeOf(server.port, agent.agent)];
    await held;
    await fault.revert();
    expect(await Promise.all(both)).toEqual(['200 1000', '200 1000']);
  });

  sparesLateAnswers('app.http-client', ({ port }) => outcomeOf(port));

  it('lets the rest of a body through that began before the end', async () => {
    await using live = await liveEngine();
    await using server = await slowServer('x'.repeat(50));
    const effect = { kind: 'truncated-body', after: '100B' } as const;
    const fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'process', effect } });
    const [response] = await once(get({ host: '127.0.0.1', port: server.port, agent: false }), 'response');
    await fault.revert();
    server.answer();
    expect((await response.toArray()).join('').length).toBe(1_000);
  });

  it('loses the response of a server that has done the work', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'lost-response' } as const;
    await using _fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'process', effect } });
    expect(await outcomeOf(server.port)).toBe('read ECONNRESET ECONNRESET');
    expect(server.served).toBe(1);
  });

  it('breaks off a body', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'truncated-body', after: '100B' } as const;
    await using _fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'process', effect } });
    expect(await outcomeOf(server.port)).toBe('aborted ECONNRESET');
    expect(server.served).toBe(1);
  });

  it('hits only marked requests on shared connections', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    using agent = disposable(new Agent({ keepAlive: true, maxSockets: 4 }));
    const effect = { kind: 'lost-response' } as const;
    await using _fault = await live.inject({ type: 'app.http-client', target, params: { scope: 'marked', effect } });
    const calls = Array.from({ length: 120 }, (_, n) =>
      n % 3 === 0 ? marked('drill', () => outcomeOf(server.port, agent.agent)) : outcomeOf(server.port, agent.agent),
    );
    const ended = await Promise.all(calls);
    expect(ended.filter((how, n) => (n % 3 === 0) !== how.includes('ECONNRESET'))).toEqual([]);
  });
});

function disposable(agent: Agent): { readonly agent: Agent } & Disposable {
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}
