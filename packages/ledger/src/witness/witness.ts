import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ChaosError } from '@bridge/chaos-core';
import type { NoteSigner } from '../note/signer.ts';
import type { NoteVerifier } from '../note/verifier.ts';
import { addCheckpoint } from './add-checkpoint.ts';
import { addEntries } from './add-entries.ts';
import { type Answer, refused, responseOf } from './answer.ts';
import { LogBook } from './log-book.ts';

const unzip = promisify(gunzip);

export interface WitnessOptions {
  /** Where it remembers what it has cosigned. One process per folder. */
  readonly directory: string;
  /** `witness` sees checkpoints only (C2SP tlog-witness, `POST /add-checkpoint`). `mirror` keeps the entries as well (`POST /add-entries`). */
  readonly mode: 'witness' | 'mirror';
  /** Its own key, from `cosigner`. */
  readonly signer: NoteSigner;
  /** The logs it accepts. */
  readonly logs: readonly AcceptedLog[];
}

export interface AcceptedLog {
  readonly key: NoteVerifier;
  /** First line of its checkpoints. Default: the key's name, as in every log of this SDK. */
  readonly origin?: string;
}

const LARGEST_BODY = 16 * 2 ** 20;

/**
 * The other side of forwarding: checks that a log only ever grows, remembers how far it has seen it, and cosigns. A fork or
 * a rollback is answered with 422 or 409 and never cosigned.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #books = new Map<string, Promise<LogBook>>();
  /** Requests are judged and remembered one after the other, so that two can not both build on one old size. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /** What it knows of a log. */
  book(origin: string): Promise<LogBook> {
    const known = this.#books.get(origin) ?? LogBook.open(this.#options.directory, origin);
    this.#books.set(origin, known);
    return known;
  }

  /** Answers a request of a ledger; usable with any fetch-style server. */
  async handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const path = this.#options.mode === 'witness' ? '/add-checkpoint' : '/add-entries';
    if (request.method !== 'POST' || !pathname.endsWith(path)) return new Response('not found\n', { status: 404 });
    const body = await readBody(request);
    if (body === undefined) return responseOf(refused(413, `expected at most ${LARGEST_BODY} bytes`));
    const answer = this.#last.then(() => this.#answer(body));
    this.#last = answer.catch(() => undefined);
    return responseOf(await answer);
  }

  #answer(body: string): Promise<Answer> {
    const { mode, signer, logs } = this.#options;
    const bookOf = (origin: string): Promise<LogBook> => this.book(origin);
    const keysOf = (origin: string): NoteVerifier[] =>
      logs.filter((log) => (log.origin ?? log.key.name) === origin).map(({ key }) => key);
    if (mode === 'witness') return addCheckpoint(body, bookOf, keysOf, signer);
    return addEntries(body, bookOf, keysOf, signer);
  }

  /** Serves HTTP on `port` (0: any) of `host` (default the loopback). Resolves when it listens. */
  async listen(port = 0, host = '127.0.0.1'): Promise<RunningWitness> {
    // Not for those who only want a ledger: importing it takes longer than this whole package.
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return new RunningWitness(server);
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const headers = new Headers();
      for (const [name, value] of Object.entries(incoming.headers))
        if (typeof value === 'string') headers.set(name, value);
      const method = incoming.method ?? 'GET';
      const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
      const request = new Request(`http://witness${incoming.url ?? '/'}`, { method, headers, ...body });
      const response = await this.handle(request);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
    } catch (error) {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** A witness that listens. */
export class RunningWitness {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') {
      throw new ChaosError('CHAOS_LEDGER_CLOSED', 'the witness does not listen any more');
    }
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Undefined when it is too large, also after unpacking. */
async function readBody(request: Request): Promise<string | undefined> {
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > LARGEST_BODY) return undefined;
  if (request.headers.get('content-encoding') !== 'gzip') return bytes.toString();
  try {
    return (await unzip(bytes, { maxOutputLength: LARGEST_BODY })).toString();
  } catch {
    return undefined;
  }
}
