import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { NODES } from './consumer.ts';
import { publicTests } from './public-suite.ts';

const ROOT = join(import.meta.dirname, '../..');
const cwd = inject('consumer');
const SUITES = ['packages/*/test/**/*.test.ts'];

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: string[];
    }[];
  }[];
}

/** What did not pass, as lines to read. */
function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => [
    ...(assertionResults.length === 0 ? [`${name}: ${message}`] : []),
    ...assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ status, fullName, failureMessages }) => `${status}: ${fullName}\n${failureMessages.join('\n')}`),
  ]);
}

describe('the tests that use public names only pass on the packed tarballs', () => {
  let files: string[];

  beforeAll(async () => {
    files = await publicTests(SUITES);
    for (const { folder: name } of inject('tarballs')) {
      // Without the workspace's compiler settings: the consumer has its own.
      const filter = (path: string) => basename(path) !== 'tsconfig.json';
      await cp(join(ROOT, 'packages', name, 'test'), join(cwd, 'packages', name, 'test'), { recursive: true, filter });
    }
  });

  test.each(Object.entries(NODES))('on %s (%s)', async (alias) => {
    expect(files.length).toBeGreaterThan(20);
    const node = join(cwd, 'node_modules', alias, 'bin/node');
    const output = join(cwd, `${alias}.json`);
    const options = ['--config=vitest.config.ts', '--reporter=json', `--outputFile=${output}`];
    await promisify(execFile)(node, ['node_modules/vitest/vitest.mjs', 'run', ...options, ...files], {
      cwd,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: { code?: unknown }) => {
      // 1: some did not pass; the report says which.
      if (error.code !== 1) throw error;
    });
    const report: Report = JSON.parse(await readFile(output, 'utf8'));
    expect(failuresOf(report)).toEqual([]);
    expect(report.testResults).toHaveLength(files.length);
  });
});
