/** One answer of a helper. */
export interface Reply {
  readonly number: number;
  readonly code: number;
  readonly text: string;
}

/** Cuts what a helper prints into its answers. Only an end mark with the session's nonce counts. */
export class Replies {
  readonly #mark: RegExp;
  #rest = '';

  constructor(nonce: string) {
    this.#mark = new RegExp(`\\x1e${nonce}\\x1f(\\d+)\\x1f(\\d+)\\n`);
  }

  /** The answers that are complete with this piece. */
  take(piece: string): readonly Reply[] {
    this.#rest += piece;
    const replies: Reply[] = [];
    for (;;) {
      const end = this.#mark.exec(this.#rest);
      if (end === null) return replies;
      replies.push({ number: Number(end[1]), code: Number(end[2]), text: this.#rest.slice(0, end.index) });
      this.#rest = this.#rest.slice(end.index + end[0].length);
    }
  }
}
