import { ChaosError } from '@bridge/chaos-core';

/** Files of a client certificate and of the authority that signed the server's. Paths, never contents. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Name the server's certificate must carry when it is not the host's. */
  readonly serverName?: string | undefined;
  /** Accept any server certificate. Only a Docker context that says `SkipTLSVerify` sets it. */
  readonly trustAnyone?: boolean | undefined;
}

/** How the system's `ssh` logs in beyond what `~/.ssh/config` says. */
export interface SshFiles {
  readonly identity?: string | undefined;
  readonly knownHosts?: string | undefined;
}

/** Where a Docker engine listens. */
export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsFiles | undefined }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string | undefined;
      readonly port?: number | undefined;
      /** Socket on the far side; its own default without it. */
      readonly socket?: string | undefined;
      readonly files?: SshFiles | undefined;
    };

const EXPECTED = 'unix:///path, npipe:////./pipe/name, tcp://host:port, https://host:port or ssh://user@host';
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/** Reads a Docker host as `docker -H` takes it. */
export function parseEndpoint(
  host: string,
  files: { tls?: TlsFiles | undefined; ssh?: SshFiles | undefined } = {},
): Endpoint {
  const [, scheme, path] = /^(unix|npipe):\/\/(.+)$/.exec(host) ?? [];
  if (scheme !== undefined && path !== undefined) return { kind: 'socket', path };
  const url = URL.parse(host);
  if (url === null || url.hostname === '') throw unusableHost(host);
  // Else `ssh` would read them as options.
  if (url.hostname.startsWith('-') || url.username.startsWith('-')) throw unusableHost(host);
  const port = url.port === '' ? undefined : Number(url.port);
  switch (url.protocol) {
    case 'tcp:':
    case 'http:':
      return { kind: 'tcp', host: url.hostname, port: port ?? (files.tls ? TLS_PORT : PLAIN_PORT), tls: files.tls };
    case 'https:':
      return { kind: 'tcp', host: url.hostname, port: port ?? TLS_PORT, tls: files.tls ?? {} };
    case 'ssh:':
      return {
        kind: 'ssh',
        host: url.hostname,
        user: url.username === '' ? undefined : decodeURIComponent(url.username),
        port,
        socket: url.pathname.length > 1 ? url.pathname : undefined,
        files: files.ssh,
      };
    default:
      throw unusableHost(host);
  }
}

function unusableHost(host: string): ChaosError {
  return new ChaosError(
    'CHAOS_OPTIONS_INVALID',
    `expected a Docker host such as ${EXPECTED}, got ${JSON.stringify(host)}`,
  );
}

/** The endpoint as text, for messages. */
export function describeEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'socket':
      return `unix://${endpoint.path}`;
    case 'tcp':
      return `${endpoint.tls === undefined ? 'tcp' : 'tcp+tls'}://${endpoint.host}:${endpoint.port}`;
    case 'ssh': {
      const user = endpoint.user === undefined ? '' : `${endpoint.user}@`;
      const port = endpoint.port === undefined ? '' : `:${endpoint.port}`;
      return `ssh://${user}${endpoint.host}${port}${endpoint.socket ?? ''}`;
    }
  }
}
