/** What a NATS server says (https://docs.nats.io/reference/reference-protocols/nats-protocol). */
export type Said =
  | { readonly verb: 'INFO' | '-ERR'; readonly text: string }
  | { readonly verb: 'PING' | 'PONG' | '+OK' }
  | { readonly verb: 'MSG'; readonly subject: string; readonly headers: string; readonly payload: string };

const CR_LF = '\r\n';

/** Cuts a stream of bytes into what the server says. */
export class NatsReader {
  #rest: Buffer = Buffer.alloc(0);

  /** What is complete with these bytes. Throws for what the protocol does not know. */
  take(bytes: Buffer): readonly Said[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const all: Said[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) all.push(next);
    return all;
  }

  #next(): Said | undefined {
    const end = this.#rest.indexOf(CR_LF);
    if (end === -1) return undefined;
    const line = this.#rest.toString('utf8', 0, end);
    const [verb = '', ...words] = line.split(/[ \t]+/);
    if (verb === 'MSG' || verb === 'HMSG') return this.#message(verb, words, end + CR_LF.length);
    this.#rest = this.#rest.subarray(end + CR_LF.length);
    if (verb === 'INFO' || verb === '-ERR') return { verb, text: line.slice(verb.length).trim() };
    if (verb === 'PING' || verb === 'PONG' || verb === '+OK') return { verb };
    throw new Error(`expected a word of the NATS protocol, got ${JSON.stringify(line.slice(0, 40))}`);
  }

  /** Sizes stand at the end: of the headers, where there are any, and of all. */
  #message(verb: 'MSG' | 'HMSG', words: readonly string[], begin: number): Said | undefined {
    const total = Number(words.at(-1));
    const headed = verb === 'HMSG' ? Number(words.at(-2)) : 0;
    if (this.#rest.length < begin + total + CR_LF.length) return undefined;
    const headers = this.#rest.toString('utf8', begin, begin + headed);
    const payload = this.#rest.toString('utf8', begin + headed, begin + total);
    this.#rest = this.#rest.subarray(begin + total + CR_LF.length);
    return { verb: 'MSG', subject: words[0] ?? '', headers, payload };
  }
}
