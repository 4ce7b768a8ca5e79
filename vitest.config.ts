import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['@bridge/source'];

/** How long `expect.poll` looks, ms: the default of one second is less than a busy machine may take for one look. */
const POLL = 15_000;

interface Options {
  /** Patience for one test. Generous: the machine may be busy, and a test that hangs is a bug either way. */
  readonly timeout?: number;
  /** Whether its files may run at the same time. */
  readonly parallel?: boolean;
  /** Modules that run once before the project's first test. */
  readonly before?: readonly string[];
  readonly exclude?: readonly string[];
}

function project(
  name: string,
  include: string[],
  { timeout = 20_000, parallel = true, before = [], exclude = [] }: Options = {},
) {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include,
      exclude: [...configDefaults.exclude, ...exclude],
      testTimeout: timeout,
      expect: { poll: { timeout: POLL } },
      hookTimeout: 120_000,
      globalSetup: [...before],
      fileParallelism: parallel,
    },
  };
}

const packages = ['core', 'injectors', 'recovery', 'ledger', 'chaos-toolkit', 'cli'].map((name) =>
  project(name, [`packages/${name}/test/**/*.test.ts`], { exclude: ['**/test/go/**'] }),
);

/** Needs Go and its module proxy, which `npm test` must do without; CI runs it where they are. */
const go = project('go', ['packages/ledger/test/go/*.test.ts'], { timeout: 60_000 });

const needDocker = [
  project('docker', ['test/docker/**/*.test.ts', 'test/docker-engine/**/*.test.ts'], { timeout: 60_000 }),
  project('crash', ['test/crash/**/*.test.ts'], { timeout: 600_000, parallel: false }),
  project('setup', ['test/setup/**/*.test.ts'], { timeout: 120_000, parallel: false }),
];

const others = [
  project('browser', ['test/browser/**/*.test.ts'], { timeout: 60_000 }),
  project('examples', ['test/examples/**/*.test.ts'], { timeout: 120_000 }),
  project('packaging', ['test/packaging/**/*.test.ts'], {
    timeout: 1_500_000,
    parallel: false,
    before: ['test/packaging/packed.ts'],
  }),
];

const withoutDocker = process.env['CHAOS_TEST_DOCKER_HOST'] === 'none';

export default defineConfig({
  test: {
    projects: process.env['CHAOS_TEST_GO'] ? [go] : [...packages, ...others, ...(withoutDocker ? [] : needDocker)],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
    },
  },
});
