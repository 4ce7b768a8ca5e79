import { defineConfig } from 'vitest/config';

const conditions = ['@bridge/source'];
const project = (name: string, include: string[]) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include, testTimeout: 20_000, hookTimeout: 60_000 },
});

export default defineConfig({
  test: {
    projects: [
      project('core', ['packages/core/test/**/*.test.ts']),
      project('injectors', ['packages/injectors/test/**/*.test.ts']),
      project('recovery', ['packages/recovery/test/**/*.test.ts']),
      project('ledger', ['packages/ledger/test/**/*.test.ts']),
    ],
  },
});
