import { get as request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * One GET on a connection of its own. Throws for any status but 200.
 *
 * @param within time limit in ms; none when left out
 */
export async function get(url: string, within?: number): Promise<string> {
  const signal = within === undefined ? undefined : AbortSignal.timeout(within);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request(url, { agent: false, ...(signal === undefined ? {} : { signal }) }, (response) => {
    const body = text(response);
    if (response.statusCode === 200) body.then(resolve, reject);
    else body.then((reason) => reject(new Error(`${response.statusCode} ${reason}`)), reject);
  });
  sent.on('error', (error) => reject(signal?.aborted ? new Error(`no answer within ${within} ms`) : error));
  return promise;
}
