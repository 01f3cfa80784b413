import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/faults/support/write-table.ts'],
    // Tests load .ts through Node itself, exactly as production does.
    experimental: { viteModuleRunner: false },
    // A second, as it is by default, is not much on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    maxConcurrency: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
