/** What each step says to the database. `$1` name, `$2` holder, `$3` milliseconds the lease is wanted for. */
export interface LeaseStatements {
  readonly look: string;
  readonly take: string;
  readonly renew: string;
  readonly resign: string;
  readonly current: string;
  readonly begin: string;
  readonly finish: string;
  /** `$2` prefix of the key, `$3` milliseconds. */
  readonly past: string;
  readonly leave: string;
}

/** Records of deeds are kept this long: far longer than any target's incarnation is tried. */
const KEPT = "interval '30 days'";

const SPAN = "$3::double precision * interval '1 millisecond'";
const LEFT = 'greatest(0, extract(epoch FROM l.expires_at - clock_timestamp()) * 1000)::double precision AS left';

/**
 * One statement per step. The row lock of the lease orders every deed against every take-over: a deed of term n is
 * committed before term n + 1 begins, or it is refused.
 */
export function leaseStatements(schema: string): LeaseStatements {
  const others = `(SELECT count(*)::int FROM ${schema}.contender c
    WHERE c.lease = $1 AND c.holder <> $2 AND c.seen_at > clock_timestamp() - ${SPAN}) AS others`;
  const extend = `expires_at = clock_timestamp() + ${SPAN}, renewed_at = clock_timestamp(), ttl = $3, beat = l.beat + 1`;
  const held =
    'l.name = $1 AND l.holder = $2 AND l.token = $4::bigint AND l.request < $5 AND l.expires_at > clock_timestamp()';
  return {
    look: `WITH seen AS (
        INSERT INTO ${schema}.contender AS c (lease, holder, seen_at) VALUES ($1, $2, clock_timestamp())
        ON CONFLICT (lease, holder) DO UPDATE SET seen_at = clock_timestamp()
        WHERE c.seen_at < clock_timestamp() - (${SPAN}) / 3 OR c.seen_at > clock_timestamp()
      )
      SELECT l.holder, l.token, l.beat, l.ttl, l.expires_at < clock_timestamp() AS free, ${LEFT}
      FROM ${schema}.lease l WHERE l.name = $1`,
    take: `WITH old AS (DELETE FROM ${schema}.action WHERE begun_at < clock_timestamp() - ${KEPT}),
      gone AS (DELETE FROM ${schema}.contender WHERE seen_at < clock_timestamp() - ${KEPT})
      INSERT INTO ${schema}.lease AS l (name, holder, token, beat, request, ttl, expires_at, acquired_at, renewed_at)
      VALUES ($1, $2, 1, 1, 0, $3, clock_timestamp() + ${SPAN}, clock_timestamp(), clock_timestamp())
      ON CONFLICT (name) DO UPDATE SET holder = $2, token = l.token + 1, request = 0, acquired_at = clock_timestamp(), ${extend}
      WHERE l.expires_at < clock_timestamp() OR l.holder = $2 OR l.beat = $4::bigint
      RETURNING token, ${others}`,
    renew: `UPDATE ${schema}.lease l SET request = $5, ${extend} WHERE ${held} RETURNING ${others}`,
    resign: `UPDATE ${schema}.lease SET expires_at = to_timestamp(0), beat = beat + 1
      WHERE name = $1 AND holder = $2 AND token = $3::bigint`,
    current: `SELECT l.holder, l.token, ${LEFT} FROM ${schema}.lease l
      WHERE l.name = $1 AND l.expires_at > clock_timestamp()`,
    begin: `WITH fence AS (UPDATE ${schema}.lease l SET request = $5, ${extend} WHERE ${held} RETURNING l.token),
      begun AS (
        INSERT INTO ${schema}.action (lease, token, holder, key, what, begun_at)
        SELECT $1, f.token, $2, $6, $7, clock_timestamp() FROM fence f
        ON CONFLICT (lease, key) DO NOTHING RETURNING id
      )
      SELECT (SELECT count(*)::int FROM fence) AS fenced, (SELECT id::text FROM begun) AS id`,
    finish: `UPDATE ${schema}.action SET outcome = $2, finished_at = clock_timestamp()
      WHERE id = $1::bigint AND outcome IS NULL`,
    past: `SELECT key, outcome,
        greatest(0, extract(epoch FROM clock_timestamp() - begun_at) * 1000)::double precision AS age
      FROM ${schema}.action
      WHERE lease = $1 AND left(key, char_length($2::text)) = $2 AND begun_at > clock_timestamp() - ${SPAN}
      ORDER BY begun_at, id`,
    leave: `DELETE FROM ${schema}.contender WHERE lease = $1 AND holder = $2`,
  };
}
