import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly agent: http.Agent;
  readonly socketPath: string | undefined;
  /** Bytes of the response body to keep; the rest is read and dropped. */
  readonly keep: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** The body was longer than what was kept. */
  readonly truncated: boolean;
}

/** One request, one response, read to its end. Rejects with the socket's error, or when the signal aborts. */
export function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const { url, method, headers, body, agent, socketPath } = request;
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const send = url.protocol === 'https:' ? https.request : http.request;
  const outgoing = send(url, { method, headers, agent, signal, ...(socketPath === undefined ? {} : { socketPath }) });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('error', reject);
    response.on('data', (chunk: Buffer) => {
      if (length < request.keep) chunks.push(chunk.subarray(0, request.keep - length));
      length += chunk.length;
    });
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { statusCode = 0 } = response;
      resolve({ status: statusCode, headers: response.headers, body: text, truncated: length > request.keep });
    });
  });
  outgoing.end(body);
  return promise;
}
