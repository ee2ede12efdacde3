import { defineConfig } from 'vitest/config';

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
