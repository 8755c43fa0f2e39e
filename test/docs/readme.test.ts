import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

// Inside the package, so that the examples import it by its name, as it was built.
const folder = new URL('../../dist/readme/', import.meta.url)
const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!)

beforeAll(() => mkdir(folder, { recursive: true }))
afterAll(() => rm(folder, { recursive: true, force: true }))

function example(containing: string): string {
  const found = examples.filter((code) => code.includes(containing))
  expect(found).toHaveLength(1)
  return found[0]!
}

async function start(name: string, code: string): Promise<{ child: ChildProcess; output(): string }> {
  const file = new URL(`${name}.mjs`, folder)
  await writeFile(file, code)
  const child = spawn(process.execPath, [fileURLToPath(file)], { stdio: ['ignore', 'pipe', 'pipe'] })
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

async function outputOf(name: string, code: string): Promise<string> {
  const { child, output } = await start(name, code)
  await once(child, 'close')
  return output()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe('the examples of the README', () => {
  it('of the Sans-I/O layer talk to each other', async () => {
    const port = String(await freePort())
    const server = example('new ServerProtocol').replaceAll('8765', port)
    const running = await start(
      'server',
      server.replace('.listen(', ".on('listening', () => console.log('ready')).listen("),
    )
    await expect.poll(running.output, { timeout: 15_000 }).toBe('ready\n')
    const client = example('new ClientProtocol').replaceAll('8765', port)
    expect(await outputOf('client', client)).toBe('hello\n1000 done\n')
  })

  it('of connect and serve does as it says', async () => {
    expect(await outputOf('node', example('await serve(\n'))).toBe('hello\n1000 done true\n')
  })

  it('of the machine prints what it says', async () => {
    const printed = await outputOf('machine', example('createActor(connectionMachine'))
    expect(printed).toContain("{ lifecycle: 'open', inbound: 'text', outbound: 'idle' }")
    expect(printed).toContain("{ closing: 'failed' }")
    expect(printed).toContain("type: 'fail', rule: 'EXPECTED_CONTINUATION', code: 1002")
    expect(printed).toContain("type: 'halfClose'")
  })

  it('of the inspector serves a page', async () => {
    const running = await start('inspect', example('serveInspector('))
    await expect.poll(running.output, { timeout: 15_000 }).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/)
    expect((await fetch(running.output().trim())).status).toBe(200)
  })

  it('are all run', () => {
    expect(examples).toHaveLength(5)
  })
})

it('the README names only scripts, files and folders that exist', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  for (const [, script] of readme.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(script!)
  for (const [, path] of readme.matchAll(/\]\((?!http)([^)#]+)\)/g))
    await readFile(new URL(`../../${path}`, import.meta.url))
})
