import { describe, expect, it } from 'vitest'
import { serve } from '../../src/node/index.ts'
import { complaintsAbout } from '../compile.ts'
import { codeIn, folderFor, outputOf, prints, start, textOf, theOne } from './programs.ts'

const write = folderFor('guides')

describe('docs/embedding.md', async () => {
  const text = await textOf('docs/embedding.md')
  const examples = codeIn(text, 'js')

  it('offers compression as it says', async () => {
    const code = theOne(examples, 'permessageDeflate(')
    expect(await outputOf(await write('deflate.mjs', code))).toBe(
      'permessage-deflate; client_max_window_bits\n',
    )
  })

  it('hands on the upgrades that were chosen', async () => {
    const code = theOne(examples, "emit('upgrade'")
    expect(await outputOf(await write('upgrade.mjs', code))).toBe('open\n404\n')
  })

  it('has its TypeScript right, in strict mode', async () => {
    const [code, ...more] = codeIn(text, 'ts')
    expect(more).toEqual([])
    expect(await complaintsAbout(code!, ['--module', 'nodenext'])).toBe('')
  })

  it('has all its programs run', () => {
    expect(examples).toHaveLength(2)
  })
})

describe('docs/debugging.md', () => {
  it('shows how a connection ended, in the page and in a report', async () => {
    const [code, ...more] = codeIn(await textOf('docs/debugging.md'), 'js')
    expect(more).toEqual([])
    await using server = await serve((connection) => connection.close(4000, 'enough'))
    const program = start(await write('inspect.mjs', code!.replace('8765', String(server.port))))
    const [, page] = await prints(program, /^(http:\S+)\n4000 enough true true end\n$/)
    expect(await (await fetch(`${page}records.jsonl`)).text()).toContain('"code":4000')
  })
})
