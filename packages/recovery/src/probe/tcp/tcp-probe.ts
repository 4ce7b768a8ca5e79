import { connect } from 'node:net';
import { defineProbe, type ProbeResult } from '@bridge/chaos-core';
import * as z from 'zod';
import { type TextExpectation, textExpectation, textMismatch } from '../expectation/text-expectation.ts';
import { networkFailure } from '../network-failure.ts';

/** An answer is looked at up to this many bytes. */
const ANSWER_LIMIT = 2 ** 16;

/** Options of the `tcp` probe. */
const tcpOptions = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(1).max(65_535),
  /** Text sent once connected, UTF-8. */
  send: z.string().min(1).optional(),
  /** What the answer must be; it is read until it fits, the peer closes, or the time-out. */
  expect: textExpectation.optional(),
});

/**
 * Opens a TCP connection, optionally sends and waits for an answer, and closes it. A new connection per check. The
 * value is what was received, when something was expected.
 */
export const tcp = defineProbe({
  type: 'tcp',
  options: tcpOptions,
  async open({ host, port, send, expect }) {
    return {
      check: (signal) => converse({ host, port, send, expect }, signal),
      async close() {},
    };
  },
});

interface Conversation {
  readonly host: string;
  readonly port: number;
  readonly send: string | undefined;
  readonly expect: TextExpectation | undefined;
}

function converse({ host, port, send, expect }: Conversation, signal: AbortSignal): Promise<ProbeResult> {
  const { promise, resolve } = Promise.withResolvers<ProbeResult>();
  const socket = connect({ host, port, signal });
  const finish = (result: ProbeResult): void => {
    resolve(result);
    socket.destroy();
  };
  let received = '';
  socket.setEncoding('utf8');
  socket.setNoDelay(true);
  socket.on('error', (error) => finish(withReceived(networkFailure(error, signal), expect, received)));
  socket.on('connect', () => {
    if (send !== undefined) socket.write(send, () => expect === undefined && finish({ health: 'healthy' }));
    else if (expect === undefined) finish({ health: 'healthy' });
  });
  if (expect !== undefined) {
    socket.on('data', (text: string) => {
      received += text;
      const mismatch = textMismatch(expect, received);
      if (mismatch === undefined) finish({ health: 'healthy', value: received });
      else if (received.length > ANSWER_LIMIT) finish({ health: 'degraded', detail: mismatch });
    });
    socket.on('end', () =>
      finish({ health: 'degraded', value: received, detail: textMismatch(expect, received) ?? '' }),
    );
  }
  return promise;
}

/** A wrong answer followed by silence is told apart from silence. */
function withReceived(failure: ProbeResult, expect: TextExpectation | undefined, received: string): ProbeResult {
  if (expect === undefined || received === '') return failure;
  const mismatch = textMismatch(expect, received);
  return { ...failure, value: received, detail: [mismatch, failure.detail].filter(Boolean).join('; ') };
}
