import { describe, expect, test } from 'vitest';
import { referencesIn, resolveTemplates } from '../../src/experiment/template.ts';

const scope = {
  configuration: { delay: '400ms', count: 3, list: [1, { deep: true }], 'with-dash': 'yes', nothing: null },
  secrets: { token: 's3cret' },
  outputs: { first: { targets: [{ name: 'payments' }] } },
};
const resolve = (value: Parameters<typeof resolveTemplates>[0]) => resolveTemplates(value, scope, ['params']);

describe('a template', () => {
  test.each([
    ['${configuration.delay}', '400ms'],
    ['${configuration.count}', 3],
    ['${ configuration.count }', 3],
    ['${configuration.list}', [1, { deep: true }]],
    ['${configuration.list.1.deep}', true],
    ['${configuration.nothing}', null],
    ['${configuration.with-dash}', 'yes'],
    ['${outputs.first.targets.0.name}', 'payments'],
    ['Bearer ${secrets.token}', 'Bearer s3cret'],
    ['${configuration.count} of ${configuration.list}', '3 of [1,{"deep":true}]'],
    ['${configuration.count}${configuration.count}', '33'],
    ['$${configuration.count}', '${configuration.count}'],
    ['cost: $5 and {braces}', 'cost: $5 and {braces}'],
  ])('%s becomes %j', (text, value) => {
    expect(resolve(text)).toEqual(value);
  });

  test('is found anywhere in a value, and keys stay as they are', () => {
    expect(resolve({ '${configuration.count}': [{ a: '${configuration.count}' }] })).toEqual({
      '${configuration.count}': [{ a: 3 }],
    });
  });

  test('is not filled in twice', () => {
    const tricky = { ...scope, configuration: { a: '${secrets.token}' } };
    expect(resolveTemplates('${configuration.a}', tricky)).toBe('${secrets.token}');
  });

  test('that leads nowhere is an error with its path and what may have been meant', () => {
    const act = () =>
      resolve({ a: ['${configuration.dely}'], b: '${config.x}', c: '${outputs.first.targets.7}', d: '${}' });
    expect(act).toThrow(expect.objectContaining({ code: 'CHAOS_TEMPLATE_UNRESOLVED' }));
    expect(act).toThrow(
      'params.a[0]: expected ${…} to name something in configuration, got ${configuration.dely}; did you mean "delay"?',
    );
    expect(act).toThrow('params.b: expected ${…} to name configuration, secrets or outputs, got ${config.x}');
    expect(act).toThrow('params.c: expected ${…} to name something in outputs.first.targets');
    expect(act).toThrow('params.d: expected ${…}');
  });

  test.each(['__proto__', 'constructor', 'length', 'list.length', 'delay.length'])('cannot reach %s', (name) => {
    expect(() => resolve(`\${configuration.${name}}`)).toThrow('leads nowhere');
  });

  test('says what it refers to, where', () => {
    expect(referencesIn({ a: ['x ${configuration.a} ${secrets.b}', '$${no}'] })).toEqual([
      { path: ['a', 0], name: 'configuration.a' },
      { path: ['a', 0], name: 'secrets.b' },
    ]);
  });
});
