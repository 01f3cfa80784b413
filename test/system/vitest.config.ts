import { defineConfig } from 'vitest/config';

const root = new URL('../..', import.meta.url).pathname;

/** What all have in common. */
const common = {
  root,
  // Tests load .ts through Node itself, exactly as production does.
  experimental: { viteModuleRunner: false },
  // A second, as it is by default, is not much on a busy machine.
  expect: { poll: { timeout: 20_000 } },
  testTimeout: 120_000,
  hookTimeout: 900_000,
};

/** One after the other: each takes all the CPU there is, judges who was seen in time, or builds in `build/`. */
const alone = ['score/score.test.ts', 'bus-callers.test.ts', 'packages/*.test.ts'].map((name) => `test/system/${name}`);

export default defineConfig({
  root,
  test: {
    projects: [
      { test: { ...common, name: 'alone', include: alone, fileParallelism: false, sequence: { groupOrder: 0 } } },
      // Each boots machines and waits for them.
      {
        test: {
          ...common,
          name: 'machines',
          include: ['test/system/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
