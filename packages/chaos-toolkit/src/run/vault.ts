import { readFile } from 'node:fs/promises';
import type { Clock } from '@bridge/chaos-core';
import { join } from '../experiment/fields.ts';
import { invalid, shown } from '../experiment/invalid.ts';
import { exchange } from '../provider/http-exchange.ts';
import { parsePythonJson } from '../python/json.ts';
import { isDict, isInt, isList, type PyDict, type PyValue } from '../python/value.ts';

/** Seconds until an answer is given up, as the client that Chaos Toolkit uses. */
const PATIENCE = 30;
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';
/** Configuration that opens the store: not for journals. */
const CREDENTIALS = ['vault_token', 'vault_role_secret'];

interface Context {
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What of the configuration must not be shown. */
export function vaultCredentials(configuration: PyDict): PyDict {
  return Object.fromEntries(Object.entries(configuration).filter(([key]) => CREDENTIALS.includes(key)));
}

/**
 * The key/value store of HashiCorp Vault or OpenBao, read as Chaos Toolkit reads it. The configuration names it: `vault_addr`
 * (default: `VAULT_ADDR`), `vault_kv_version` (default 2), `vault_secrets_mount_point` (default `secret`); and who asks:
 * `vault_token`, or `vault_role_id` and `vault_role_secret`, or `vault_sa_role` (with `vault_sa_token_path` and
 * `vault_k8s_mount_point`), or else `VAULT_TOKEN`. Logs in once, when the first secret is read.
 *
 * Where Chaos Toolkit goes on with an empty secret, this throws `CHAOS_EXPERIMENT_INVALID`.
 */
export class Vault {
  readonly #configuration: PyDict;
  readonly #context: Context;
  #token: Promise<string> | undefined;

  constructor(configuration: PyDict, context: Context) {
    this.#configuration = configuration;
    this.#context = context;
  }

  /** `path` is that of the secret in the store; with `key` one value of it, else all of them. */
  async read({ path = null, key = null }: PyDict, where: string): Promise<PyValue> {
    if (typeof path !== 'string' || path === '') throw invalid(join(where, 'path'), 'a path in Vault', shown(path));
    this.#token ??= this.#logIn();
    const token = await this.#token;
    const isFirst = this.#text('vault_kv_version', '2') === '1';
    const mount = this.#text('vault_secrets_mount_point', 'secret');
    const answer = await this.#ask('GET', `${mount}/${isFirst ? '' : 'data/'}${path}`, { 'X-Vault-Token': token });
    const data = isFirst ? dictIn(answer, 'data') : dictIn(dictIn(answer, 'data'), 'data');
    if (key === null) return data;
    const value = typeof key === 'string' ? data[key] : undefined;
    if (value === undefined) throw invalid(join(where, 'key'), `a key of ${path} in Vault`, shown(key));
    return value;
  }

  async #logIn(): Promise<string> {
    const { vault_role_id: role, vault_role_secret: secret, vault_sa_role: account } = this.#configuration;
    if (this.#configuration['vault_token'] !== undefined) return this.#text('vault_token');
    if (role !== undefined && secret !== undefined)
      return this.#tokenFrom('auth/approle/login', { role_id: role, secret_id: secret });
    if (account !== undefined) {
      const mount = this.#text('vault_k8s_mount_point', 'kubernetes');
      return this.#tokenFrom(`auth/${mount}/login`, { role: account, jwt: await this.#serviceAccount() });
    }
    const given = this.#context.environment['VAULT_TOKEN'];
    if (given !== undefined) return given;
    throw invalid(
      'configuration',
      'vault_token, an AppRole, a service account, or VAULT_TOKEN in the environment',
      'none',
    );
  }

  async #serviceAccount(): Promise<string> {
    const file = this.#text('vault_sa_token_path', SERVICE_ACCOUNT);
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw invalid('configuration.vault_sa_token_path', 'the token of a service account', `${file}: ${String(error)}`);
    }
  }

  async #tokenFrom(path: string, credentials: PyDict): Promise<string> {
    const token = dictIn(await this.#ask('POST', path, {}, JSON.stringify(credentials)), 'auth')['client_token'];
    if (typeof token !== 'string') throw this.#refused(path, 'an answer without a token');
    return token;
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<PyValue> {
    const request = { url: this.#url(path), method, headers, body, timeout: PATIENCE, verifyTls: true };
    const { response, body: text } = await exchange(request, this.#context).catch((error: unknown) => {
      throw this.#refused(path, error instanceof Error ? error.message : String(error));
    });
    const answer = parsed(text.toString('utf8'));
    if (response.statusCode !== 200) throw this.#refused(path, `${response.statusCode}${complaints(answer)}`);
    return answer;
  }

  #url(path: string): URL {
    const address = this.#text('vault_addr', this.#context.environment['VAULT_ADDR'] ?? '');
    const base = URL.parse(address);
    if (base === null || !/^https?:$/.test(base.protocol))
      throw invalid('configuration.vault_addr', 'the URL of Vault, https://host:8200', shown(address));
    return new URL(`${base.href.replace(/\/+$/, '')}/v1/${path.split('/').map(encodeURIComponent).join('/')}`);
  }

  #refused(path: string, reason: string) {
    return invalid('secrets', `Vault at ${this.#url('').origin} to answer ${path}`, reason);
  }

  #text(name: string, fallback?: string): string {
    const value = this.#configuration[name] ?? fallback;
    if (typeof value === 'string') return value;
    if (isInt(value)) return String(value);
    throw invalid(join('configuration', name), 'a text', shown(value));
  }
}

function parsed(text: string): PyValue {
  try {
    return parsePythonJson(text);
  } catch {
    return null;
  }
}

function dictIn(value: PyValue, member: string): PyDict {
  const found = isDict(value) ? value[member] : undefined;
  return isDict(found) ? found : {};
}

/** What Vault has against a request; it names no secret. */
function complaints(answer: PyValue): string {
  const errors = isDict(answer) ? answer['errors'] : undefined;
  return errors !== undefined && isList(errors) && errors.length > 0 ? `: ${errors.join('; ')}` : '';
}
