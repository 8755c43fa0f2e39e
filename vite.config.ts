import { availableParallelism } from 'node:os'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** The page (`vite build`), the tests and the benchmarks (`vitest`) are configured here. */
export default defineConfig({
  root: 'inspector',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/inspector',
    emptyOutDir: true,
    rolldownOptions: { input: ['inspector/index.html', 'inspector/embed.html'] },
    chunkSizeWarningLimit: 2_000,
  },
  worker: { format: 'es' },
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    // Much of a test is waiting for a socket or a browser, so two are worth it on two cores as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
