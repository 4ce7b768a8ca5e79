import { createRedactor } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const HIDDEN = '[redacted]';
/** Long enough to be looked for inside texts, and not a part of the marker itself. */
const secret = fc.string({ minLength: 4, maxLength: 60, unit: 'binary' }).filter((value) => !HIDDEN.includes(value));

describe('registered values', () => {
  it('survive nowhere: not in texts, keys, nested members or errors', () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const inside = `${before}${value}${after}`;
        const seen = JSON.stringify(
          createRedactor({ values: [value] }).json({
            inside,
            [inside]: 1,
            list: [{ inside }],
            error: new Error(inside),
          }),
        );
        expect(seen).not.toContain(JSON.stringify(value).slice(1, -1));
      }),
      { numRuns: 1_000 },
    );
  });

  it('survive in none of the encodings they travel in', () => {
    const plain = fc.string({ minLength: 8, maxLength: 40 }).filter((value) => !HIDDEN.includes(value));
    fc.assert(
      fc.property(plain, fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 5 }), (value, before, after) => {
        const { text } = createRedactor({ values: [value] });
        const bytes = Buffer.concat([before, Buffer.from(value), after]);
        for (const encoding of ['base64', 'base64url'] as const) {
          const shown = Buffer.from(text(bytes.toString(encoding)).split(HIDDEN)[0] ?? '', encoding).toString();
          expect(shown).not.toContain(value);
          expect(text(bytes.toString(encoding))).toContain(HIDDEN);
        }
        expect(text(encodeURIComponent(value))).toBe(HIDDEN);
        expect(text(new URLSearchParams({ q: value }).toString())).not.toContain(
          new URLSearchParams({ q: value }).toString().slice(2),
        );
        expect(text(Buffer.from(value).toString('hex'))).toBe(HIDDEN);
        expect(text(JSON.stringify({ q: value }))).toContain(HIDDEN);
      }),
      { numRuns: 500 },
    );
  });

  it('are hidden at their full length when one begins like another', () => {
    const { text } = createRedactor({ values: ['hunter2', 'hunter2000'] });
    expect(text('it is hunter2000.')).toBe(`it is ${HIDDEN}.`);
  });

  it('are hidden line by line when they have many', () => {
    const { text } = createRedactor({ values: ['first line of it\nsecond line of it\n'] });
    expect(text('read: second line of it')).toBe(`read: ${HIDDEN}`);
  });

  it('are hidden before the text is cut, so that no half of one is left', () => {
    const { text } = createRedactor({ values: ['s3cr3t-s3cr3t'], maxText: 20 });
    expect(text(`${'x'.repeat(14)}s3cr3t-s3cr3t and more`)).not.toContain('s3c');
  });

  it('of less than four characters are hidden where they stand alone', () => {
    const { json } = createRedactor({ values: ['42', ''] });
    expect(json({ alone: '42', number: 42, inside: 'after 42 ms', empty: '' })).toEqual({
      alone: HIDDEN,
      number: HIDDEN,
      inside: 'after 42 ms',
      empty: '',
    });
  });

  it('are hidden from the moment they are registered, also where they were seen before', () => {
    const redactor = createRedactor();
    expect(redactor.text('it is hunter2')).toBe('it is hunter2');
    redactor.hide(['hunter2']);
    expect(redactor.text('it is hunter2')).toBe(`it is ${HIDDEN}`);
  });

  it('are hidden until they are disposed, counted when hidden twice', () => {
    const redactor = createRedactor();
    const first = redactor.hide(['hunter2']);
    const second = redactor.hide(['hunter2']);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(redactor.text('hunter2')).toBe(HIDDEN);
    second[Symbol.dispose]();
    expect(redactor.text('hunter2')).toBe('hunter2');
  });

  it('may hold every character that means something in a pattern', () => {
    const value = '^$.*+?()[]{}|\\/-&<>"\'';
    expect(createRedactor({ values: [value] }).text(`a${value}b`)).toBe(`a${HIDDEN}b`);
  });
});

describe('any input', () => {
  it('comes out as JSON that is the same the second time', () => {
    const { json } = createRedactor({ values: ['hunter2'] });
    fc.assert(
      fc.property(fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true }), (value) => {
        const once = json(value);
        expect(json(JSON.parse(JSON.stringify(once)))).toEqual(JSON.parse(JSON.stringify(once)));
      }),
      { numRuns: 1_000 },
    );
  });
});
