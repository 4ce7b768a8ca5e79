import type { HttpRequest, HttpResponse } from './http-exchange.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);
const ABOUT_THE_BODY: ReadonlySet<string> = new Set(['content-type', 'content-length', 'transfer-encoding']);

/**
 * The request that follows a redirect, or undefined when the response is none (RFC 9110 section 15.4). Credentials do
 * not travel to another origin; 303, and 301 or 302 after POST, continue as GET without the body.
 */
export function redirected(
  request: HttpRequest,
  response: HttpResponse,
): Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body'> | undefined {
  const { location } = response.headers;
  if (!REDIRECTS.has(response.status) || location === undefined || !URL.canParse(location, request.url.href)) {
    return undefined;
  }
  const url = new URL(location, request.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const becomesGet =
    (response.status === 303 && request.method !== 'HEAD') ||
    ((response.status === 301 || response.status === 302) && request.method === 'POST');
  const dropped = (name: string): boolean =>
    (url.origin !== request.url.origin && CREDENTIALS.has(name)) || (becomesGet && ABOUT_THE_BODY.has(name));
  return {
    url,
    method: becomesGet ? 'GET' : request.method,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped(name.toLowerCase()))),
    body: becomesGet ? undefined : request.body,
  };
}
