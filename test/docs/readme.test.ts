import { access } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { codeIn, folderFor, freePort, outputOf, prints, root, start, textOf, theOne } from './programs.ts'

const readme = await textOf('README.md')
const examples = codeIn(readme, 'js')
const write = folderFor('readme')

describe('the examples of the README', () => {
  it('of the Sans-I/O layer talk to each other', async () => {
    const port = String(await freePort())
    const server = theOne(examples, 'new ServerProtocol')
      .replaceAll('8765', port)
      .replace('.listen(', ".on('listening', () => console.log('ready')).listen(")
    await prints(start(await write('server.mjs', server)), /^ready\n$/)
    const client = theOne(examples, 'new ClientProtocol').replaceAll('8765', port)
    expect(await outputOf(await write('client.mjs', client))).toBe('hello\n1000 done\n')
  })

  it('of connect and serve does as it says', async () => {
    const code = theOne(examples, 'await serve(\n')
    expect(await outputOf(await write('node.mjs', code))).toBe('hello\n1000 done true\n')
  })

  it('of the machine prints what it says', async () => {
    const code = theOne(examples, 'createActor(connectionMachine')
    const printed = await outputOf(await write('machine.mjs', code))
    expect(printed).toContain("{ lifecycle: 'open', inbound: 'text', outbound: 'idle' }")
    expect(printed).toContain("{ closing: 'failed' }")
    expect(printed).toContain("type: 'fail', rule: 'EXPECTED_CONTINUATION', code: 1002")
    expect(printed).toContain("type: 'halfClose'")
  })

  it('of the inspector serves a page', async () => {
    const running = start(await write('inspect.mjs', theOne(examples, 'serveInspector(')))
    const [, url] = await prints(running, /^(http:\/\/127\.0\.0\.1:\d+\/)\n$/)
    expect((await fetch(url!)).status).toBe(200)
  })

  it('are all run', () => {
    expect(examples).toHaveLength(5)
  })
})

describe.each(['README.md', 'SECURITY.md', 'docs/embedding.md', 'docs/debugging.md', 'docs/links.md'])(
  '%s',
  (file) => {
    it('names only scripts, files and headings that exist', async () => {
      const text = await textOf(file)
      const { scripts } = JSON.parse(await textOf('package.json'))
      for (const [, script] of text.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(script!)
      for (const [, path, heading] of text.matchAll(/\]\((?!http)([^)#]+)(?:#([^)]+))?\)/g)) {
        const target = new URL(path!, new URL(file, root))
        await access(target)
        if (heading !== undefined) expect(headingsOf(await textOf(target.href))).toContain(heading)
      }
    })
  },
)

/** The headings of a text in Markdown, as links name them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

it('the package holds every file that the README leads to', async () => {
  const { files } = JSON.parse(await textOf('package.json'))
  for (const [, path] of readme.matchAll(/\]\((?!http)([^)#]+)/g))
    expect([...files, 'package.json'].some((each) => path === each || path!.startsWith(`${each}/`))).toBe(
      true,
    )
})
