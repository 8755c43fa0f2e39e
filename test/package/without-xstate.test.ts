import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../src/node/index.ts'

// As it is installed where nobody asked for xstate: a copy, since a link would find what this repository has.
const root = fileURLToPath(new URL('../../', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirechart-'))
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, 'wirechart'), { recursive: true })
  for (const part of ['package.json', 'dist/lib'])
    await cp(join(root, part), join(modules, 'wirechart', part), { recursive: true })
  for (const dependency of ['minizlib', 'pako'])
    await symlink(join(root, 'node_modules', dependency), join(modules, dependency), 'junction')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function node(args: string[], input = '') {
  const child = spawn(process.execPath, args, { cwd: folder })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

const command = (args: string[], input?: string) =>
  node([join('node_modules', 'wirechart', 'dist', 'lib', 'cli.js'), ...args], input)

describe('without xstate', () => {
  it.each(['', '/framing', '/deflate', '/node', '/testing'])('wirechart%s can be imported', async (entry) => {
    expect(await node(['--input-type=module', '--eval', `await import('wirechart${entry}')`])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  it('wirechart connect talks to a server', async () => {
    await using server = await serve((connection) =>
      connection.onMessage((message) => connection.send(message)),
    )
    expect(await command(['connect', `ws://127.0.0.1:${server.port}`], 'hello\n')).toEqual({
      code: 0,
      stdout: 'hello\n',
      stderr: '',
    })
  })

  it.each([
    ['serve', '--port', '0'],
    ['inspect', 'node_modules/wirechart/package.json'],
  ])('wirechart %s, which shows the inspector, says what to install', async (...args) => {
    expect(await command(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'wirechart: the inspector needs xstate 5, which is not installed: npm install xstate\n',
    })
  })
})
