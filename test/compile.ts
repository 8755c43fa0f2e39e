import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
)
// Inside the package, so that what is compiled imports it by its name, as it was built.
const parent = fileURLToPath(new URL('../dist/', import.meta.url))

/** What the compiler has to say in strict mode about code that imports the package; `''` if nothing. */
export async function complaintsAbout(code: string, options: string[]): Promise<string> {
  const folder = await mkdtemp(join(parent, 'compile-'))
  try {
    const file = join(folder, 'app.ts')
    await writeFile(file, code)
    const args = [compiler, '--ignoreConfig', '--noEmit', '--strict', '--target', 'es2023', ...options, file]
    return await new Promise((resolve) =>
      execFile(process.execPath, args, (_, stdout, stderr) => resolve(stdout + stderr)),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}
