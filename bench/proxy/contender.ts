/** A fault every contender knows, on the way from the server to the client. */
export type BenchFault =
  | { readonly kind: 'latency'; readonly milliseconds: number }
  | { readonly kind: 'bandwidth'; readonly megabytesPerSecond: number };

/** One way from the client to the upstream. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** The process that does nothing but forward; absent where there is none. */
  readonly pid?: number;
  /** Absent where there is nothing to inject into. */
  inject?(fault: BenchFault): Promise<AsyncDisposable>;
}
