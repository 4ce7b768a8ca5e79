import type { Socket } from 'node:net';
import type { Receiver, Stage } from './stage.ts';

/** Where a fault of this kind stands in a lane, whatever the order of injection. */
export type Rank = number;

interface Placed {
  readonly fault: string;
  readonly rank: Rank;
  readonly stage: Stage;
}

/**
 * One direction of a connection: from a source, through the stages of the live faults, to a sink. Without a fault it
 * is a plain pump. What a stage releases flows through the stages behind it, so order always holds.
 */
export class Lane {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #tail: Receiver;
  #head: Receiver;
  #placed: readonly Placed[] = [];
  #sinkFull = false;
  /** Bytes that still stand in the buffer which the source is read into. */
  #borrowed = false;
  #ended = false;

  constructor(source: Socket, sink: Socket) {
    this.#source = source;
    this.#sink = sink;
    this.#tail = { push: (chunk) => this.#write(chunk), end: () => this.#finish() };
    this.#head = this.#tail;
    source.on('end', () => this.#head.end());
    sink.on('drain', () => {
      this.#sinkFull = false;
      this.balance();
    });
  }

  /** The stages of the fault that stand here. */
  stagesOf(fault: string): readonly Stage[] {
    return this.#placed.filter((placed) => placed.fault === fault).map(({ stage }) => stage);
  }

  /** Puts a stage at its rank, behind those of the same rank. */
  place(fault: string, rank: Rank, make: (next: Receiver) => Stage): void {
    const before = this.#placed.filter((placed) => placed.rank <= rank);
    const behind = this.#placed.slice(before.length);
    const stage = make(behind[0]?.stage ?? this.#tail);
    this.#chain([...before, { fault, rank, stage }, ...behind]);
  }

  /** A chunk that stands in the buffer of the source, which may be read into again when this lane lets it. */
  push(chunk: Uint8Array): void {
    if (this.#placed.length > 0) {
      this.#head.push(Buffer.from(chunk));
      this.balance();
      return;
    }
    if (this.#ended) return;
    this.#sinkFull = !this.#sink.write(chunk, this.#onWritten);
    // What the kernel took at once needs the buffer no longer.
    if (this.#sink.writableLength === 0) return;
    this.#borrowed = true;
    this.balance();
  }

  /** Takes the fault's stages out; what they held goes on at once. */
  remove(fault: string): void {
    const leaving = this.#placed.filter((placed) => placed.fault === fault);
    if (leaving.length === 0) return;
    this.#chain(this.#placed.filter((placed) => placed.fault !== fault));
    for (const { stage } of leaving) stage.release();
    this.balance();
  }

  /** Makes the sender wait while the receiver or a stage is full, and lets it go on afterwards. */
  balance(): void {
    const wait = this.#sinkFull || this.#borrowed || this.#placed.some((placed) => placed.stage.full);
    if (wait === this.#source.isPaused()) return;
    if (wait) this.#source.pause();
    else this.#source.resume();
  }

  /** Forgets everything held: the connection is gone. */
  drop(): void {
    this.#ended = true;
    for (const { stage } of this.#placed) stage.drop();
  }

  readonly #onWritten = (): void => {
    if (!this.#borrowed || this.#sink.writableLength > 0) return;
    this.#borrowed = false;
    this.balance();
  };

  #chain(placed: readonly Placed[]): void {
    placed.forEach(({ stage }, index) => {
      stage.next = placed[index + 1]?.stage ?? this.#tail;
    });
    this.#placed = placed;
    this.#head = placed[0]?.stage ?? this.#tail;
  }

  #write(chunk: Buffer): void {
    if (this.#ended || this.#sink.write(chunk)) return;
    this.#sinkFull = true;
    this.#source.pause();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sink.end();
  }
}
