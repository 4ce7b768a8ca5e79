import { describe, expect, test } from 'vitest';
import { evaluateCondition } from '../../src/experiment/condition.ts';

const scope = {
  configuration: { count: 3, text: '12', stage: 'test-eu', list: [1, 2], empty: null },
  secrets: {},
  outputs: {},
};

describe('a condition', () => {
  test.each([
    [{ value: '${configuration.count}', equals: 3 }, true],
    [{ value: '${configuration.list}', equals: [1, 2] }, true],
    [{ value: '${configuration.list}', notEquals: [2, 1] }, true],
    [{ value: '${configuration.count}', equals: '3' }, false],
    [{ value: '${configuration.count}', equals: '${configuration.count}' }, true],
    [{ value: '${configuration.count}', notEquals: 3 }, false],
    [{ value: '${configuration.count}', above: 2, below: 4 }, true],
    [{ value: '${configuration.count}', above: 3 }, false],
    [{ value: '${configuration.count}', above: 2, below: 3 }, false],
    [{ value: '${configuration.text}', above: 11 }, true],
    [{ value: '${configuration.stage}', above: 0 }, false],
    [{ value: '${configuration.stage}', below: 0 }, false],
    [{ value: '', below: 1 }, false],
    [{ value: '${configuration.stage}', matches: '^test-(eu|us)$' }, true],
    [{ value: '${configuration.stage}', matches: '^live' }, false],
    [{ value: '${configuration.empty}', matches: 'null' }, false],
    [{ value: '${configuration.count}', exists: true }, true],
    [{ value: '${configuration.none}', exists: true }, false],
    [{ value: '${configuration.none}', exists: false }, true],
    [{ value: '${configuration.empty}', exists: true }, true],
    [{ value: '${configuration.empty}', equals: null }, true],
  ])('%j is %s', (condition, holds) => {
    expect(evaluateCondition(condition, scope).holds).toBe(holds);
  });

  test('says why it does not hold', () => {
    const condition = { value: '${configuration.count}', above: 5, matches: 'x' };
    expect(evaluateCondition(condition, scope).reason).toBe(
      'expected more than 5, got 3; expected text that matches x, got 3',
    );
  });

  test('on something that is not there is an error unless it asks for existence', () => {
    expect(() => evaluateCondition({ value: '${configuration.none}', equals: 1 }, scope)).toThrow(
      expect.objectContaining({ code: 'CHAOS_TEMPLATE_UNRESOLVED' }),
    );
  });
});
