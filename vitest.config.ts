import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// A site in a test starts its worker from the sources. Compiled once and kept, that takes half the time, hundreds of
// times a run. Node reads this when it starts the processes that run the tests.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
    globalSetup: ['test/postgres.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The machine may be busy; what is waited for comes within seconds otherwise.
    expect: { poll: { timeout: 15_000 } },
    // Two cores: files side by side, but browsers and imports are heavy.
    maxWorkers: 2,
    reporters: ['default', './test/reporter.ts'],
  },
});
