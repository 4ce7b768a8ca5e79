import { defineConfig } from 'vitest/config';

// The condition is this repository's own: it runs the packages from source. Leave it out elsewhere.
const conditions = ['@bridge/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['*.test.ts'] },
});
