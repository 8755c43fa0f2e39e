import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

// What an editor shows for a name that somebody imports: the comment before its declaration, as it was emitted.
const root = new URL('../../', import.meta.url)
const { exports } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'))
const entries = JSON.stringify(exports).matchAll(/"types":"([^"]+)"/g)

interface Declared {
  name: string
  /** Where it is declared, and its name there. */
  file: URL
  own: string
}

/** What a declaration file exports. */
async function exported(file: URL): Promise<Declared[]> {
  const text = await readFile(file, 'utf8')
  const names = [...text.matchAll(declaration('\\w+'))].map(([, name]) => ({ name: name!, own: name!, file }))
  const reexports = /^export (?:type )?(?:\{([^}]*)\}|\*) from '([^']+)';$/gm
  for (const [, list, from] of text.matchAll(reexports)) {
    const there = await exported(new URL(from!.replace(/\.ts$/, '.d.ts'), file))
    if (list === undefined) names.push(...there)
    for (const [, own, name = own] of (list ?? '').matchAll(/(?:type )?(\w+)(?: as (\w+))?/g)) {
      names.push({ ...there.find((one) => one.name === own)!, name: name! })
    }
  }
  return names
}

const declaration = (name: string) =>
  new RegExp(
    `^export (?:declare )?(?:abstract )?(?:class|interface|function|const|let|type) (${name})\\b`,
    'gm',
  )

describe('every name of', () => {
  it.each([...entries].map(([, types]) => types!))('%s says what it is', async (types) => {
    const names = await exported(new URL(types, root))
    expect(names).not.toHaveLength(0)
    const silent: string[] = []
    for (const { name, own, file } of names) {
      const text = await readFile(file, 'utf8')
      const at = [...text.matchAll(declaration(own))].map(({ index }) => index)
      // A value and a type may share a name: one comment is enough.
      if (!at.some((start) => /\*\/\s*$/.test(text.slice(0, start)))) silent.push(name)
    }
    expect(silent).toEqual([])
  })
})
