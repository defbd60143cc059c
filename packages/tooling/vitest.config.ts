import { defineConfig } from 'vitest/config'
import { SlowFirst } from './slow-first.ts'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: [
      '{apps,packages}/*/{{src,history}/**/,vite/,}*.test.{ts,tsx}',
      'plan/src/**/*.test.ts',
      'infra/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    minWorkers: 1,
    sequence: { sequencer: SlowFirst },
  },
})
