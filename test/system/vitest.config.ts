import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/system/**/*.test.ts'],
    // Tests load .ts through Node itself, exactly as production does.
    experimental: { viteModuleRunner: false },
    // Machines share the kernel and two cores; the long run of the score has two of its own.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 900_000,
  },
});
