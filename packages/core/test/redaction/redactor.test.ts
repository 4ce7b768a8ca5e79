import { createRedactor } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';

const { json, text, object } = createRedactor();
const HIDDEN = '[redacted]';

describe('key names', () => {
  it.each([
    'password',
    'dbPassword',
    'DB_PASSWORD',
    'authToken',
    'x-api-key',
    'apiKey',
    'client_secret',
    'Authorization',
    'Set-Cookie',
    'privateKey',
    'AWS_SECRET_ACCESS_KEY',
    'connectionString',
    'pin',
  ])('hides the value of %s, whatever its shape', (key) => {
    expect(json({ [key]: 'plain' })).toEqual({ [key]: HIDDEN });
    expect(json({ [key]: { nested: ['plain'] } })).toEqual({ [key]: HIDDEN });
    expect(json({ [key]: 1234 })).toEqual({ [key]: HIDDEN });
  });

  it('hides the text of a name with a telling word inside, but not a number', () => {
    expect(json({ passwordHash: 'x', tokenCount: 3 })).toEqual({ passwordHash: HIDDEN, tokenCount: 3 });
  });

  it.each(['author', 'key', 'tokens', 'maxTokens', 'pinned', 'passed', 'compass', 'fencingToken'])(
    'leaves the number of %s alone',
    (key) => {
      expect(json({ [key]: 7 })).toEqual({ [key]: 7 });
    },
  );

  it('keeps what tells nothing: booleans, null, the empty text', () => {
    const harmless = { hasPassword: true, password: null, token: '' };
    expect(json(harmless)).toEqual(harmless);
  });

  it('hides the value beside a secret name', () => {
    expect(
      json([
        { name: 'DB_PASSWORD', value: 'x' },
        { name: 'PORT', value: '80' },
      ]),
    ).toEqual([
      { name: 'DB_PASSWORD', value: HIDDEN },
      { name: 'PORT', value: '80' },
    ]);
  });

  it('hides keys of the user’s own', () => {
    expect(createRedactor({ keys: ['Customer-Number'] }).json({ customerNumber: 77 })).toEqual({
      customerNumber: HIDDEN,
    });
  });
});

describe('texts that look like secrets', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P';
  it.each([
    ['a JSON Web Token', `got ${jwt} back`, `got ${HIDDEN} back`],
    ['a PEM key', 'x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y', `x ${HIDDEN} y`],
    ['a PEM key that was cut off', 'x -----BEGIN PRIVATE KEY-----\nMIIE', `x ${HIDDEN}`],
    ['an AWS key id', 'AKIAIOSFODNN7EXAMPLE is used', `${HIDDEN} is used`],
    ['a GitHub token', `push with ghp_${'a1'.repeat(18)}`, `push with ${HIDDEN}`],
    ['a bearer token', 'sent Bearer abc.def-123 to it', `sent Bearer ${HIDDEN} to it`],
    ['a header line', 'Authorization: Basic dXNlcjpwYXNz', `Authorization: ${HIDDEN}`],
    ['a cookie line', 'Cookie: a=1; b=2\nHost: x', `Cookie: ${HIDDEN}\nHost: x`],
    ['a password in a URL', 'postgres://app:hunter2@db:5432/x', `postgres://app:${HIDDEN}@db:5432/x`],
    ['a password with an @ in a URL', 'amqp://u:p@ss@mq/x', `amqp://u:${HIDDEN}@mq/x`],
    ['a connection string', 'Server=db;Password=hunter2;Port=1', `Server=db;Password=${HIDDEN};Port=1`],
    ['a query', 'https://x.y/?token=abc&page=2', `https://x.y/?token=${HIDDEN}&page=2`],
    ['an environment line', 'DB_PASSWORD=hunter2', `DB_PASSWORD=${HIDDEN}`],
    ['JSON in a text', '{"password":"a b","port":1}', `{"password":${HIDDEN},"port":1}`],
    [
      'JSON in a text that was quoted once more',
      '"{\\"password\\":\\"a b\\",\\"port\\":1}"',
      `"{\\"password\\":${HIDDEN},\\"port\\":1}"`,
    ],
    ['a cookie in JSON that was quoted', '"{\\"cookie\\":\\"a=1; b=2\\"}"', `"{\\"cookie\\":${HIDDEN}}"`],
  ])('hides %s', (_what, input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'container payments paused after 42 ms',
    'https://user@host/path?x=1',
    'the basic plan: bearer of good news',
    'keys: a, b; passwords are not shown here',
    '2026-01-01T00:00:00.000Z http://127.0.0.1:3000/health',
  ])('leaves "%s" alone', (harmless) => {
    expect(text(harmless)).toBe(harmless);
  });

  it('says the same when it is asked twice', () => {
    const once = text(`Authorization: Bearer ${jwt}; password=x; redis://:p@h/0`);
    expect(text(once)).toBe(once);
  });
});

describe('anything becomes plain JSON', () => {
  it('takes errors apart, causes and own fields included', () => {
    const error = Object.assign(new Error('cannot log in with password=hunter2', { cause: new TypeError('inner') }), {
      code: 'E_LOGIN',
    });
    expect(json(error)).toMatchObject({
      name: 'Error',
      message: `cannot log in with password=${HIDDEN}`,
      code: 'E_LOGIN',
      cause: { name: 'TypeError', message: 'inner' },
    });
    expect(JSON.stringify(json(error))).not.toContain('hunter2');
  });

  it('knows dates, maps, sets, bytes, URLs, big and broken numbers', () => {
    const all = {
      date: new Date(0),
      map: new Map([['a', 1]]),
      set: new Set([1]),
      bytes: Buffer.from('secret'),
      url: new URL('http://u:p@h/'),
      big: 12n,
      nan: Number.NaN,
      call: () => 1,
      nothing: undefined,
      symbol: Symbol('s'),
    };
    expect(json(all)).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      map: { a: 1 },
      set: [1],
      bytes: '[6 bytes]',
      url: `http://u:${HIDDEN}@h/`,
      big: '12',
      nan: 'NaN',
      symbol: '[symbol]',
    });
  });

  it('ends cycles and says what was too deep, too wide, too long or cannot be read', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle['self'] = cycle;
    expect(json(cycle)).toEqual({ name: 'a', self: '[circular]' });
    expect(JSON.stringify(json(nested(100)))).toContain('[too deep]');
    expect(json(Array.from({ length: 1_002 }, () => 0))).toHaveLength(1_001);
    expect(text('x'.repeat(20_000))).toMatch(/x… \[3616 more characters\]$/);
    const hostile = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(json(hostile)).toBe('[unreadable: no]');
  });

  it('does not follow shared references without end', () => {
    let shared: unknown[] = [0];
    for (let level = 0; level < 14; level += 1) shared = Array.from({ length: 40 }, () => shared);
    expect(JSON.stringify(json(shared)).length).toBeLessThan(5_000_000);
  });

  it('does not let a member named __proto__ become the prototype', () => {
    const copy = object(JSON.parse('{"__proto__": {"admin": true}}') as object);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect('admin' in copy).toBe(false);
  });

  it('gives frozen copies and leaves its input alone', () => {
    const input = { list: [{ password: 'x' }] };
    const copy = object(input);
    expect(Object.isFrozen(copy) && Object.isFrozen(copy['list'])).toBe(true);
    expect(input).toEqual({ list: [{ password: 'x' }] });
  });
});

describe('time', () => {
  it.each([
    'eyJ',
    '-----BEGIN PRIVATE KEY-----',
    'AKIA',
    'Bearer ',
    'password="',
    "token='",
    '://a:b',
    'authorization: ',
    'password ',
    'a:b@',
    '    ',
  ])('stays linear for endless "%s"', (piece) => {
    const seconds = (length: number): number => {
      const long = createRedactor({ maxText: length });
      const input = piece.repeat(length / piece.length);
      const begin = performance.now();
      long.text(input);
      return performance.now() - begin;
    };
    // A quadratic pattern takes minutes for a megabyte.
    expect(seconds(1_000_000)).toBeLessThan(5_000);
  });
});

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}
