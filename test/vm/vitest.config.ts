import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/vm/**/*.test.ts'],
    // Tests load .ts through Node itself, exactly as production does.
    experimental: { viteModuleRunner: false },
    // One machine for all; what is built is cached, but the first time it takes the better part of an hour.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 7_200_000,
  },
});
