/** Programs of the README, of `docs/` and of `examples/`, run as a reader runs them: from the package as it was built. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'

export const root = new URL('../../', import.meta.url)

export interface Program {
  child: ChildProcess
  output(): string
}

/** Runs a file; it ends with its test. */
export function start(file: URL, ...args: string[]): Program {
  const child = spawn(process.execPath, [fileURLToPath(file), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  })
  return { child, output: () => output }
}

/** The first match in what a program prints. */
export async function prints({ output }: Program, pattern: RegExp): Promise<RegExpExecArray> {
  await expect.poll(output, { timeout: 15_000 }).toMatch(pattern)
  return pattern.exec(output())!
}

/** Everything that a program prints before it ends by itself. */
export async function outputOf(file: URL, ...args: string[]): Promise<string> {
  const { child, output } = start(file, ...args)
  await once(child, 'close')
  return output()
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export const textOf = (path: string) => readFile(new URL(path, root), 'utf8')

/** The code of a text in Markdown that is in `language`. */
export function codeIn(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code]) => code!,
  )
}

/** The one of some programs that holds `part`. */
export function theOne(programs: string[], part: string): string {
  const found = programs.filter((code) => code.includes(part))
  expect(found).toHaveLength(1)
  return found[0]!
}

/** A folder inside the package, so that what is written there imports it by its name. */
export function folderFor(name: string): (file: string, text: string) => Promise<URL> {
  const folder = new URL(`dist/${name}/`, root)
  beforeAll(() => mkdir(folder, { recursive: true }))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return async (file, text) => {
    const url = new URL(file, folder)
    await writeFile(url, text)
    return url
  }
}
