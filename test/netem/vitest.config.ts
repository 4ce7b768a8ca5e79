import { defineConfig } from 'vitest/config';

const conditions = ['@bridge/source'];

/** For a machine, or a virtual one, whose kernel has sch_netem and runs a Docker engine; see README.md. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'netem',
    include: ['test/netem/**/*.test.ts'],
    // A kernel in user mode is slow.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
