import { availableParallelism } from 'node:os'
import react from '@vitejs/plugin-react'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Tests of values in, values out: they share a worker and what it has loaded, where others have one for each file.
 * What measures memory is not among them.
 */
const pure = [
  'test/framing/!(decoder).test.ts',
  'test/{handshake,inspector,lab,machines,protocol,report}/*.test.ts',
  'test/conformance/{cases,sans-io-bulk,sans-io-frames}.test.ts',
]

/** What takes longest begins first, so that no worker is left with it while the others have nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => Number(/test\/(browser|conformance)\//.test(moduleId))
    const isAlone = ({ project }: TestSpecification) => Number(project.config.isolate)
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => isAlone(other) - isAlone(one) || isLong(other) - isLong(one))
  }
}

/** The page (`vite build`), the tests and the benchmarks (`vitest`) are configured here. */
export default defineConfig({
  root: 'inspector',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/inspector',
    emptyOutDir: true,
    // What the licences of the packages in the page want to go with it.
    license: { fileName: 'licenses.md' },
    rolldownOptions: { input: ['inspector/index.html', 'inspector/embed.html'] },
    chunkSizeWarningLimit: 2_000,
  },
  worker: { format: 'es' },
  test: {
    root: '.',
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...pure],
        },
      },
    ],
    sequence: { sequencer: LongestFirst },
    // Much of a test is waiting for a socket or a browser, so two are worth it on two cores as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Far longer than any needs: a machine may be busy with more.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
