import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@bridge/chaos-core';
import { importChaosToolkit, runChaosToolkit } from '@bridge/chaos-toolkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PyDict } from '../../src/python/value.ts';
import { loadSecrets } from '../../src/run/variables.ts';
import { Vault } from '../../src/run/vault.ts';
import { startVault, type VaultServer } from './vault-server.ts';

const TOKEN = 's.t0ken';
const DB = { type: 'vault', path: 'shop/db' };
let server: VaultServer;

beforeAll(async () => {
  server = await startVault(TOKEN);
});
afterAll(() => server[Symbol.asyncDispose]());

async function load(secrets: PyDict, configuration: PyDict, environment: NodeJS.ProcessEnv = {}): Promise<PyDict> {
  const { signal } = new AbortController();
  const vault = new Vault(
    { vault_addr: server.address, ...configuration },
    { environment, clock: systemClock, signal },
  );
  return await loadSecrets(secrets, {}, { environment, vault });
}

describe('a secret of type vault', () => {
  it('is one value of what is kept at a path, or all of it', async () => {
    const declared = { shop: { word: { ...DB, key: 'word' }, all: DB } };
    const loaded = await load(declared, { vault_token: TOKEN });
    expect(loaded).toEqual({ shop: { word: 'open-sesame-17', all: { user: 'jane', word: 'open-sesame-17' } } });
  });

  it('is read from a store of version 1, and from another mount', async () => {
    const configuration = { vault_token: TOKEN, vault_kv_version: 1, vault_secrets_mount_point: 'old' };
    expect(await load({ s: { ...DB, key: 'word' } }, configuration)).toEqual({ s: 'one-of-version-1' });
  });

  it('is read with one login by AppRole', async () => {
    const before = server.asked.length;
    await load({ a: DB, b: DB }, { vault_role_id: 'shop', vault_role_secret: 'r0le-secret' });
    const path = 'GET /v1/secret/data/shop/db';
    expect(server.asked.slice(before)).toEqual(['POST /v1/auth/approle/login', path, path]);
  });

  it('is read with a service account', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chaos-vault-'));
    const file = join(folder, 'token');
    await writeFile(file, 'signed.by.cluster');
    const account = { vault_sa_role: 'shop', vault_sa_token_path: file, vault_k8s_mount_point: 'k8s' };
    expect(await load({ s: { ...DB, key: 'user' } }, account)).toEqual({ s: 'jane' });
    await rm(folder, { recursive: true });
  });

  it('is read with the token of the environment where the configuration has none', async () => {
    expect(await load({ s: { ...DB, key: 'user' } }, {}, { VAULT_TOKEN: TOKEN })).toEqual({ s: 'jane' });
  });

  it.each<[string, PyDict, PyDict, RegExp]>([
    ['no path', { type: 'vault' }, { vault_token: TOKEN }, /secrets\.s\.path: expected a path in Vault, got null/],
    ['an unknown path', { ...DB, path: 'no/where' }, { vault_token: TOKEN }, /answer secret\/data\/no\/where, got 404/],
    ['an unknown key', { ...DB, key: 'x' }, { vault_token: TOKEN }, /secrets\.s\.key: expected a key of shop\/db/],
    ['a token that is refused', DB, { vault_token: 's.wr0ng' }, /got 403: permission denied/],
    [
      'a role that is refused',
      DB,
      { vault_role_id: 'x', vault_role_secret: 's.wr0ng' },
      /login, got 400: invalid role/,
    ],
    ['nobody to ask as', DB, {}, /configuration: expected vault_token, an AppRole, a service account, or VAULT_TOKEN/],
    ['a service account without a file', DB, { vault_sa_role: 'x', vault_sa_token_path: '/no/where' }, /ENOENT/],
    ['no address', DB, { vault_token: TOKEN, vault_addr: 'here' }, /vault_addr: expected the URL of Vault.*got "here"/],
    [
      'nobody there',
      DB,
      { vault_token: TOKEN, vault_addr: 'http://127.0.0.1:1' },
      /127\.0\.0\.1:1 to answer.*ECONNREFUSED/,
    ],
  ])('is refused for %s', async (_, secret, configuration, reason) => {
    const refused = await load({ s: secret }, configuration).catch(String);
    expect(refused).toMatch(reason);
    expect(refused).not.toContain('s.wr0ng');
  });

  it('is put in where it is referred to, and neither it nor the token is in the journal', async () => {
    const say = { type: 'process', path: 'echo', arguments: ['${word}', '${vault_token}'] };
    const nothing = { type: 'process', path: 'true' };
    const json = {
      title: 't',
      description: 'd',
      'steady-state-hypothesis': {
        title: 'h',
        probes: [{ type: 'probe', name: 'p', tolerance: 0, provider: nothing }],
      },
      configuration: { vault_addr: server.address, vault_token: { type: 'env', key: 'CHAOS_TEST_VAULT' } },
      secrets: { shop: { word: { ...DB, key: 'word' } } },
      method: [{ type: 'action', name: 'say', provider: say }],
      rollbacks: [{ type: 'action', name: 'nothing', provider: nothing }],
    };
    process.env['CHAOS_TEST_VAULT'] = TOKEN;
    const { journal } = await runChaosToolkit(await importChaosToolkit({ json }), { signals: false });
    expect(journal.run[0]?.status).toBe('succeeded');
    expect(JSON.stringify(journal.run[0]?.output)).toContain('stdout');
    for (const secret of ['open-sesame-17', TOKEN, '${word}']) {
      expect(JSON.stringify(journal.run[0]?.output)).not.toContain(secret);
    }
  });
});
