import { request } from 'node:https';
import { selfSigned } from '../proxy/pki/pki.ts';
import type { LookOptions } from './echo-look.ts';

/** What an HTTPS client of an echoing server meets: all its bytes come back with 200, or what happens instead. */
export function lookAtHttps(port: number, { bytes, within }: LookOptions): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, ca: selfSigned.cert, method: 'POST', agent: false });
    let missing = bytes;
    const conclude = (outcome: string): void => {
      clearTimeout(timer);
      sent.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => conclude('late'), within);
    sent.on('response', (answer) => {
      if (answer.statusCode !== 200) conclude(`status ${answer.statusCode}`);
      answer.on('data', (chunk: Buffer) => {
        missing -= chunk.length;
        if (missing <= 0) conclude('echo');
      });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => conclude(error.code ?? 'error'));
    sent.end(Buffer.alloc(bytes));
  });
}
