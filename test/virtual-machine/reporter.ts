import type { TestEvent } from 'node:test/reporters';

interface Counted {
  readonly status: 'passed' | 'failed' | 'pending';
  readonly fullName: string;
}

/** What `.ci/count-tests.mjs` reads, as Vitest writes it, from a run of `node:test` in one file. */
export default async function* countable(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const assertionResults: Counted[] = [];
  const above: string[] = [];
  for await (const { type, data } of events) {
    if (type === 'test:start') above[data.nesting] = data.name;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details.type === 'suite' && type === 'test:pass') continue;
    const fullName = [...above.slice(0, data.nesting), data.name].join(' > ');
    const skipped = data.skip !== undefined || data.todo !== undefined;
    const status = type === 'test:fail' ? 'failed' : skipped ? 'pending' : 'passed';
    assertionResults.push({ status, fullName });
  }
  const failed = assertionResults.some(({ status }) => status === 'failed');
  yield JSON.stringify({ testResults: [{ name: 'in a VM', status: failed ? 'failed' : 'passed', assertionResults }] });
}
