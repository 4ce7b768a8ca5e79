import type { Leaf } from '../entry/leaf.ts';
import { type Hash, leafHash } from '../merkle/hash.ts';
import { TILE_LEVEL } from '../merkle/tile-roots.ts';
import { TILE_WIDTH } from '../merkle/tiles.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import type { NoteSigner } from '../note/signer.ts';
import type { HeadRow } from './head-row.ts';
import type { SqlQuery } from './sql-client.ts';

/** A commit that would follow a given head. */
export interface Prepared {
  readonly next: HeadRow;
  readonly values: unknown[];
}

/** Hashes the leaves onto the head's tree and signs the result. */
export async function prepare(
  log: string,
  head: HeadRow,
  leaves: readonly Leaf[],
  signer: NoteSigner,
): Promise<Prepared> {
  const frontier = head.frontier.clone();
  const hashes: Hash[] = [];
  const tiles: Hash[] = [];
  for (const leaf of leaves) {
    const hash = leafHash(Buffer.from(leaf.text));
    hashes.push(hash);
    frontier.append(hash, (level, node) => {
      if (level === TILE_LEVEL) tiles.push(node);
    });
  }
  const checkpoint = { origin: log, size: frontier.size, root: frontier.root() };
  const note = await signCheckpoint(checkpoint, [signer]);
  const next: HeadRow = { ...head, size: frontier.size, root: checkpoint.root, note, frontier };
  const facet = (name: 'experiment' | 'run' | 'actor' | 'target'): (string | null)[] =>
    leaves.map(({ facets }) => facets[name] ?? null);
  const values = [
    log,
    head.size,
    head.vkey,
    next.size,
    JSON.stringify(frontier.peaks()),
    next.root,
    note,
    leaves.map(({ id }) => id),
    leaves.map(({ text }) => text),
    hashes,
    leaves.map(({ facets }) => facets.type),
    leaves.map(({ facets }) => facets.time),
    facet('experiment'),
    facet('run'),
    facet('actor'),
    facet('target'),
    Math.floor(head.size / TILE_WIDTH),
    tiles,
  ];
  return { next, values };
}

/**
 * One statement: the head moves only if it is still where the tree was computed from, and everything else happens only
 * if it moved. False: somebody else was faster, nothing happened.
 */
export async function tryAppend(sql: SqlQuery, schema: string, { values }: Prepared): Promise<boolean> {
  const { rows } = await sql.query(
    `WITH moved AS (
       UPDATE ${schema}.head SET size = $4, peaks = $5, root = $6, note = $7
       WHERE log = $1 AND size = $2 AND vkey = $3 RETURNING 1
     ), entries AS (
       INSERT INTO ${schema}.entry (log, idx, id, body, leaf, type, time, experiment, run, actor, target)
       SELECT $1, $2::bigint + n - 1, id, body, leaf, type, time, experiment, run, actor, target
       FROM unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::float8[], $13::text[], $14::text[], $15::text[], $16::text[])
         WITH ORDINALITY AS t (id, body, leaf, type, time, experiment, run, actor, target, n)
       WHERE EXISTS (SELECT 1 FROM moved)
     ), tiles AS (
       INSERT INTO ${schema}.tile (log, n, root)
       SELECT $1, $17::bigint + n - 1, root FROM unnest($18::text[]) WITH ORDINALITY AS t (root, n) WHERE EXISTS (SELECT 1 FROM moved)
     ), checkpoints AS (
       INSERT INTO ${schema}.checkpoint (log, size, note) SELECT $1, $4, $7 WHERE EXISTS (SELECT 1 FROM moved)
     )
     SELECT count(*)::int AS moved FROM moved`,
    values,
  );
  return rows[0]?.['moved'] === 1;
}
