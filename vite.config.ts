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
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
