import { systemClock } from '@bridge/chaos-core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerConnections } from '../../../packages/injectors/src/docker/connections.ts';
import type { Helper } from '../../../packages/injectors/src/network/helper/helper.ts';
import { Helpers } from '../../../packages/injectors/src/network/helper/helpers.ts';
import { networkOptions } from '../../../packages/injectors/src/network/options.ts';
import { hostileText } from '../../../packages/injectors/test/network/hostile-text.ts';

const connections = new DockerConnections(undefined);
const helpers = new Helpers(connections, networkOptions.parse({}));
const context = { clock: systemClock, signal: new AbortController().signal };
let helper: Helper;

beforeAll(async () => {
  helper = await helpers.apart('default', context);
});
afterAll(async () => {
  await helpers.close();
  connections.close();
});

// Anything else ends a field or a line and is refused before it is sent.
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those characters
const SENDABLE = /^[^\u001d-\u001f\n\r\0]*$/;

describe('a helper', () => {
  it('takes every argument as data: it comes back as it went in, and no canary is made', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        fc.pre(SENDABLE.test(text) && text.isWellFormed());
        const echoed = await helper.ask(context, 'run', 'busybox', 'printf', '%s', text);
        expect(echoed).toBe(text);
        await helper.try(context, 'resolve', text);
        await helper.try(context, 'run', text);
        await helper.try(context, text);
        await helper.try(context, 'restore', 'xtables-nft-multi', 'iptables', text);
      }),
      { numRuns: 60 },
    );
    expect(await helper.ask(context, 'run', 'busybox', 'ls', '/run')).not.toContain('canary');
  });
});
