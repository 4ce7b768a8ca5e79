import type { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/** What one socket must not pass on for now, in both directions. Nothing is lost: all of it goes on at the end. */
class HeldSocket {
  holders = 0;
  readonly #socket: Socket;
  readonly #outgoing: (() => void)[] = [];
  readonly #incoming: unknown[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    const outgoing = this.#outgoing;
    // What a stream is made of, replaced on this one object: cork() would be undone by the next end() of an HTTP request.
    socket._write = (chunk: unknown, encoding, written: Written) => {
      outgoing.push(() => socket._write(chunk, encoding, written));
    };
    socket._writev = (chunks, written: Written) => {
      outgoing.push(() => socket._writev?.(chunks, written));
    };
    socket.push = (chunk: unknown) => {
      this.#incoming.push(chunk);
      // The kernel keeps the rest, as it does for a reader that is busy.
      return false;
    };
  }

  release(): void {
    for (const method of ['_write', '_writev', 'push'] as const) Reflect.deleteProperty(this.#socket, method);
    if (this.#socket.destroyed) return;
    for (const write of this.#outgoing) write();
    for (const chunk of this.#incoming) this.#socket.push(chunk);
    this.#socket.read(0);
  }
}

const held = new WeakMap<Socket, HeldSocket>();

/** Holds a socket until disposed: what is sent is not sent yet, what arrives is not seen yet. Several may hold one. */
export function holdSocket(socket: Socket): Disposable {
  const hold = held.get(socket) ?? new HeldSocket(socket);
  held.set(socket, hold);
  hold.holders += 1;
  let isOver = false;
  return {
    [Symbol.dispose]() {
      if (isOver) return;
      isOver = true;
      hold.holders -= 1;
      if (hold.holders > 0) return;
      held.delete(socket);
      hold.release();
    },
  };
}
