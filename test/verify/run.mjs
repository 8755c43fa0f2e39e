// Runs main.ts, which is TypeScript, through the Vite that the tests run through.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const { module } = await runnerImport(main, { configFile: false, logLevel: 'error' })
process.exitCode = module.main(process.argv.slice(2))
