import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { Agents } from '../../src/container/agent/agents.ts';
import { DockerConnections } from '../../src/docker/connections.ts';
import { Helpers } from '../../src/network/helper/helpers.ts';
import { networkOptions } from '../../src/network/options.ts';
import { silentEngine } from './silent-engine.ts';

/** Longer than any request may take. */
const LONG = 60_000;
const NO_ANSWER = /CHAOS_TARGET_UNREACHABLE.*no answer within 30000 ms/s;
const place = { connection: 'silent', id: 'web', startedAt: '' };

async function scene(word: string) {
  const engine = await silentEngine(word);
  const connections = new DockerConnections({ silent: engine.host });
  const clock = virtualClock();
  const caller = new AbortController();
  return {
    engine,
    connections,
    clock,
    caller,
    patient: { clock, signal: new AbortController().signal },
    context: { clock, signal: caller.signal },
    async [Symbol.asyncDispose]() {
      connections.close();
      await engine[Symbol.asyncDispose]();
    },
  };
}

/** One caller without a limit of its own asks for a helper, and is told when the time for the request is over. */
async function expectGivenUp(here: Awaited<ReturnType<typeof scene>>, helpers: Helpers): Promise<void> {
  const helper = expect(helpers.at(place, true, here.patient)).rejects.toThrow(NO_ANSWER);
  await here.engine.asked();
  await here.clock.advance(LONG);
  await helper;
}

describe('an engine that does not answer', () => {
  it('is given up after the time for the call, also where the request takes no signal', async () => {
    await using here = await scene('/info');
    const facts = expect(here.connections.get('silent').facts(here.patient)).rejects.toThrow(NO_ANSWER);
    await here.engine.asked();
    await here.clock.advance(LONG);
    await facts;
  });

  it('is given up with the signal of the caller, also where the request takes none', async () => {
    await using here = await scene('/info');
    const facts = expect(here.connections.get('silent').facts(here.context)).rejects.toThrow('enough');
    await here.engine.asked();
    here.caller.abort(new Error('enough'));
    await facts;
  });

  it('when it starts a helper: another caller waits no longer than its own signal', async () => {
    await using here = await scene('/attach');
    const helpers = new Helpers(here.connections, networkOptions.parse({ helperImage: 'tools' }));
    const first = expect(helpers.at(place, true, here.patient)).rejects.toThrow(NO_ANSWER);
    await here.engine.asked();
    const others = [
      helpers.at(place, true, here.context),
      helpers.kept(place, true, here.context),
      helpers.standing(place, here.context),
    ].map((one) => expect(one).rejects.toThrow('enough'));
    here.caller.abort(new Error('enough'));
    await Promise.all(others);
    await here.clock.advance(LONG);
    await first;
  });

  it('when it starts a helper: the next one is started anew, and all can be closed', async () => {
    await using here = await scene('/attach');
    const helpers = new Helpers(here.connections, networkOptions.parse({ helperImage: 'tools' }));
    for (const _ of ['first', 'second']) await expectGivenUp(here, helpers);
    await helpers.close();
  });

  it('when it is asked for the image of helpers: it is asked anew', async () => {
    await using here = await scene('/images/tools/json');
    const helpers = new Helpers(here.connections, networkOptions.parse({ helperImage: 'tools' }));
    for (const _ of ['first', 'second']) await expectGivenUp(here, helpers);
  });

  it('when it starts an agent: another caller waits no longer than its own signal, the next one is started anew', async () => {
    await using here = await scene('/attach');
    const agents = new Agents(here.connections, { purpose: 'files', capabilities: [] });
    const first = expect(agents.run('silent', ['look'], here.patient)).rejects.toThrow(NO_ANSWER);
    await here.engine.asked();
    const other = expect(agents.run('silent', ['look'], here.context)).rejects.toThrow('enough');
    here.caller.abort(new Error('enough'));
    await other;
    await here.clock.advance(LONG);
    await first;
    const next = expect(agents.run('silent', ['look'], here.patient)).rejects.toThrow(NO_ANSWER);
    await here.engine.asked();
    await here.clock.advance(LONG);
    await next;
    await agents.close();
  });
});
