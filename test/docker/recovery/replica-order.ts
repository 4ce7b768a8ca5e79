/** What a replica is told at its birth, as JSON. */
export interface ReplicaOrder {
  readonly node: string;
  /** Where leadership is settled: files of one machine, or a PostgreSQL. */
  readonly place: { readonly directory: string } | { readonly host: string };
  /** Of the containers it watches over. */
  readonly label: string;
  /** Most milliseconds that it waits before a restart. */
  readonly first: number;
  /** Where it tells what it noticed and did. */
  readonly monitor?: { readonly url: string; readonly token: string };
}
