/** A reply of Redis, in version 2 of its protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export type Reply = string | number | null | ReplyError | readonly Reply[];

/** An error that the server answered with. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
}

interface OpenArray {
  readonly items: Reply[];
  readonly length: number;
}

const CR_LF = '\r\n';

/** Cuts a stream of bytes into replies. What has been read is never read again, however long an array is. */
export class RespReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #open: OpenArray[] = [];

  /** The replies that are complete with these bytes. Throws for what is no reply. */
  take(bytes: Buffer): readonly Reply[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const done: Reply[] = [];
    let at = 0;
    for (;;) {
      const end = this.#rest.indexOf(CR_LF, at);
      if (end === -1) break;
      const line = this.#rest.toString('utf8', at, end);
      const after = end + CR_LF.length;
      const size = line.startsWith('$') ? Number(line.slice(1)) : -1;
      if (size < 0) {
        at = after;
        this.#add(line, done);
        continue;
      }
      if (this.#rest.length < after + size + CR_LF.length) break;
      this.#place(this.#rest.toString('utf8', after, after + size), done);
      at = after + size + CR_LF.length;
    }
    this.#rest = this.#rest.subarray(at);
    return done;
  }

  #add(line: string, done: Reply[]): void {
    const text = line.slice(1);
    if (line.startsWith('*')) this.#begin(Number(text), done);
    else this.#place(scalar(line, text), done);
  }

  #begin(length: number, done: Reply[]): void {
    if (length > 0) this.#open.push({ items: [], length });
    else this.#place(length === 0 ? [] : null, done);
  }

  #place(reply: Reply, done: Reply[]): void {
    let complete: Reply = reply;
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      top.items.push(complete);
      if (top.items.length < top.length) return;
      complete = top.items;
      this.#open.pop();
    }
    done.push(complete);
  }
}

function scalar(line: string, text: string): Reply {
  switch (line[0]) {
    case '+':
      return text;
    case '-':
      return new ReplyError(text);
    case ':':
      return Number(text);
    case '$':
      return null;
    default:
      throw new Error(`expected a reply of Redis, got ${JSON.stringify(line.slice(0, 40))}`);
  }
}
