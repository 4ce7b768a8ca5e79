import { type AliasTable, isChaosError, parseScenarios } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { libraryOf, parsed } from './fixture.ts';

const TABLE: AliasTable = {
  kind: 'folder',
  injectors: {
    litter_injector: {
      disturb: 'litter',
      parameters: { file_name: { to: 'file', unit: 'as-is' }, wait_ms: { to: 'wait', unit: 'ms' } },
    },
  },
  profiles: { litter_light: { disturb: 'litter', profile: 'light' } },
};

const FORM = `
scenarios:
  - name: "custom_test"
    description: "Custom resilience test"
    category: "integration"
    complexity: "moderate"
    target_services: ["collector", "analyzer"]
    steps:
      - name: "inject litter"
        action_type: "inject_fault"
        parameters:
          injector_name: "litter_injector"
          file_name: here
`;

function problems(text: string, table: AliasTable | undefined = TABLE): string {
  try {
    parseScenarios(text, table);
  } catch (thrown) {
    if (isChaosError(thrown)) return thrown.message;
    throw thrown;
  }
  throw new Error('expected an error');
}

describe('the form with action_type and injector_name', () => {
  it('loads: every service is a target, found by its name or where it is said to be', () => {
    const library = libraryOf(parseScenarios(FORM, TABLE));
    const { faults } = parsed(library.expand('custom_test', { parameters: { analyzer: { folder: '/elsewhere' } } }));
    expect(faults).toEqual([
      expect.objectContaining({
        kind: 'parallel',
        steps: [
          expect.objectContaining({
            id: 'inject_litter_1',
            target: expect.objectContaining({ query: 'collector' }),
            for: 60_000,
            params: { name: 'here' },
          }),
          expect.objectContaining({ id: 'inject_litter_2', target: expect.objectContaining({ query: '/elsewhere' }) }),
        ],
      }),
    ]);
    const scaled = parsed(library.expand('custom_test', { parameters: { hold: '2s' } }));
    expect(JSON.stringify(scaled.faults)).toContain('"for":2000');
  });

  it('keeps its times: a fault lasts until its own end, the next clean-up, or the end', () => {
    const text = JSON.stringify({
      name: 'timed',
      description: 'steps in time',
      category: 'network',
      complexity: 'simple',
      steps: [
        {
          name: 'a',
          action_type: 'inject_fault',
          parameters: { profile_name: 'litter_light', target_service: 'x', parameters: { wait_ms: 5 } },
          delay_after: 10,
        },
        { name: 'look', action_type: 'validate', parameters: { duration: 20 } },
        {
          name: 'b',
          action_type: 'inject_fault',
          parameters: { injector_name: 'litter_injector', target_service: 'y', duration_seconds: 3 },
        },
        { name: 'clean', action_type: 'cleanup' },
        { name: 'rest', action_type: 'wait', parameters: { duration_seconds: 5 }, delay_before: 1 },
      ],
      total_duration: 50,
    });
    const { faults } = parsed(libraryOf(parseScenarios(text, TABLE)).expand('timed'));
    expect(faults).toEqual([
      expect.objectContaining({
        kind: 'parallel',
        steps: [
          expect.objectContaining({ id: 'a', for: 30_000, params: { name: 'crumb' } }),
          expect.objectContaining({
            kind: 'serial',
            steps: [expect.objectContaining({ delay: 30_000 }), expect.objectContaining({ id: 'b', for: 3_000 })],
          }),
          expect.objectContaining({ kind: 'delay', delay: 50_000 }),
        ],
      }),
    ]);
  });

  it('says what cannot be taken over, and what to write instead', () => {
    expect(problems(FORM.replace('litter_injector', 'liter_injector'))).toContain(
      'scenarios[0].steps[0].parameters.injector_name: expected the name of an injector, got "liter_injector"; did you mean "litter_injector"?',
    );
    expect(problems(FORM.replace('file_name', 'filename'))).toContain(
      'steps[0].parameters.filename: expected the name of a parameter of this injector, got "filename"; did you mean "file_name"?',
    );
    expect(problems(FORM.replace('inject_fault', 'inject'))).toContain(
      'steps[0].action_type: expected one of "inject_fault"',
    );
    expect(problems(FORM.replace('    steps:', '    success_criteria: [x]\n    steps:'))).toContain(
      'success_criteria: expected no such key here; say it as objectives of probes',
    );
    expect(problems(FORM.replace('["collector", "analyzer"]', '[]'))).toContain(
      'target_service: expected a service here or in target_services, got nothing',
    );
    expect(problems(FORM.replace('"moderate"', '"hard"'))).toContain(
      'scenarios[0].complexity: expected one of "simple", "moderate", "complex", "advanced", got "hard"',
    );
    expect(problems(FORM.replace('file_name: here', 'wait_ms: soon'))).toContain(
      'parameters.wait_ms: expected a number, got "soon"',
    );
    expect(() => parseScenarios(FORM)).toThrow('give parseScenarios a table of aliases');
  });
});

describe('scenarios from text', () => {
  it('are one scenario, or lists of them, of suites and of disturbances', () => {
    const parts = parseScenarios(`
disturbances:
  - { name: mess, description: two files, on: { folder: { type: folder.marker, params: { name: mess } } } }
scenarios:
  - name: messy
    description: a mess
    category: storage
    complexity: simple
    parameters: { where: { type: target } }
    steps: [{ disturb: mess, target: "\${parameters.where}", for: 5s }]
suites:
  - { name: all, description: everything, scenarios: [one, messy], pause: 1s }
`);
    const library = libraryOf(parts);
    expect(library.suite('all').scenarios.map(({ scenario }) => scenario)).toEqual(['one', 'messy']);
    expect(parsed(library.expand('messy', { parameters: { where: { folder: '/x' } } })).faults).toHaveLength(1);
  });

  it('are refused with the place that is wrong', () => {
    expect(problems('scenarios: [{ name: a b }]')).toContain('scenarios[0].name: expected a name of letters');
    expect(problems('scenario: []')).toContain(
      'scenario: expected disturbances, scenarios, suites, got "scenario"; did you mean "scenarios"?',
    );
    expect(problems('[]')).toContain('(root): expected { scenarios: [ … ] } or one scenario, got an empty list');
    expect(problems('a: [')).toContain('CHAOS_EXPERIMENT_UNREADABLE');
    expect(problems('scenarios: 3')).toContain('scenarios: expected a list, got 3');
  });
});
