import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'test/vm/**', 'test/faults/**'],
    // Tests load .ts through Node itself, exactly as production does.
    experimental: { viteModuleRunner: false },
    // A second, as it is by default, is not much on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
