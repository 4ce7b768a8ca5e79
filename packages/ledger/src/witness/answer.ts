/** What a witness answers. The statuses are those of C2SP tlog-witness. */
export type Answer =
  | { readonly kind: 'cosigned'; readonly line: string }
  /** The sender's idea of the old size is not ours. */
  | { readonly kind: 'conflict'; readonly size: number }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404 | 413 | 422; readonly reason: string };

export function refused(status: 400 | 403 | 404 | 413 | 422, reason: string): Answer {
  return { kind: 'refused', status, reason };
}

export function responseOf(answer: Answer): Response {
  switch (answer.kind) {
    case 'cosigned':
      return new Response(answer.line, { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    case 'conflict':
      return new Response(`${answer.size}\n`, { status: 409, headers: { 'content-type': 'text/x.tlog.size' } });
    case 'refused':
      return new Response(`${answer.reason}\n`, { status: answer.status });
  }
}
