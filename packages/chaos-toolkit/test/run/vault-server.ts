import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

export interface VaultServer extends AsyncDisposable {
  readonly address: string;
  /** Method and path of every request. */
  readonly asked: readonly string[];
}

const SECRETS: Readonly<Record<string, object>> = {
  '/v1/secret/data/shop/db': { data: { data: { user: 'jane', word: 'open-sesame-17' }, metadata: { version: 3 } } },
  '/v1/old/shop/db': { data: { word: 'one-of-version-1' } },
};

/** Who may log in, by path and body, and gets the token. */
const LOGINS: Readonly<Record<string, object>> = {
  '/v1/auth/approle/login': { role_id: 'shop', secret_id: 'r0le-secret' },
  '/v1/auth/k8s/login': { role: 'shop', jwt: 'signed.by.cluster' },
};

/** The part of Vault's HTTP API that is read from: Debian has no Vault, and no registry that tests may use. */
export async function startVault(token: string): Promise<VaultServer> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [status, answer] = await answerTo(request, token);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no address');
  return {
    address: `http://127.0.0.1:${bound.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerTo(request: IncomingMessage, token: string): Promise<[status: number, answer: object]> {
  const { method, url = '', headers } = request;
  if (method === 'POST') {
    const body = (await request.toArray()).join('');
    if (JSON.stringify(LOGINS[url]) !== body) return [400, { errors: ['invalid role or secret ID'] }];
    return [200, { auth: { client_token: token } }];
  }
  if (headers['x-vault-token'] !== token) return [403, { errors: ['permission denied'] }];
  const found = SECRETS[url];
  return found === undefined ? [404, { errors: [] }] : [200, found];
}
