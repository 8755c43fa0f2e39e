import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import { traceLines } from '../../src/inspect/trace.ts'
import { ScriptedConnection } from '../inspect/helpers.ts'
import { Running, run } from './run.ts'

let folder: string
const trace = () => {
  const inspector = createInspector()
  new ScriptedConnection(inspector).take({ type: 'receive.ping' }).take({ type: 'receive.eof' })
  return [...traceLines(inspector.connections.flatMap((each) => each.records()))]
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirechart-trace-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

const inspect = (path: string) => new Running(['inspect', path, '--inspect-port', '0'])

describe('wirechart inspect', () => {
  it('serves the page with the trace in it until it is stopped', async () => {
    const text = trace().join('')
    const running = inspect(await file('whole.jsonl', text))
    const [, page] = await running.prints(/^inspector on (http:\/\/127\.0\.0\.1:\d+\/)$/m)
    expect(await (await fetch(page!)).text()).toMatch(/<title>wirechart/i)
    const config = (await (await fetch(new URL('config.json', page))).json()) as { trace: { url: string } }
    expect(config).toMatchObject({ feed: null, trace: { name: 'whole.jsonl' } })
    expect(await (await fetch(new URL(config.trace.url, page))).text()).toBe(text)
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('says which lines are wrong, and serves the others', async () => {
    const [header, connection, ...steps] = trace()
    const running = inspect(await file('broken.jsonl', [header, connection, 'what?\n', ...steps].join('')))
    await running.prints(/^inspector on/m)
    expect(running.stderr).toMatch(/^wirechart: .*broken\.jsonl, line 3: not JSON\n$/)
  })

  it.each([
    ['foreign.json', '{"log":{"version":"1.2"}}\n', /is no trace: line 1: not a record/],
    ['empty.jsonl', '', /is no trace: it is empty/],
    ['header.jsonl', '{"v":1,"kind":"trace"}\n', /is no trace: it is empty/],
    ['binary.jsonl', '\0\u001b[31m\n', /is no trace: line 1: not JSON/],
  ])('refuses what is no trace (%s), with exit status 2', async (name, text, complaint) => {
    const { code, stdout, stderr } = await run(['inspect', await file(name, text)])
    expect(stderr).toMatch(complaint)
    expect(stderr).toMatch(/^wirechart: [^\n]+\n$/)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it.each([
    [['inspect'], /inspect needs a trace/],
    [['inspect', 'a', 'b'], /not also 'b'/],
    [['inspect', 'no-such-file.jsonl'], /cannot read no-such-file\.jsonl: there is no such file/],
    [['inspect', '/'], /cannot read \/: it is a folder/],
    [['inspect', 'a', '--inspect-port', 'x'], /--inspect-port takes/],
  ])('%j is refused in one line, with exit status 2', async (args, complaint) => {
    const { code, stderr } = await run(args)
    expect(stderr).toMatch(/^wirechart: [^\n]+\n$/)
    expect(stderr).toMatch(complaint)
    expect(code).toBe(2)
  })
})
