import { access, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'

// As it was built: the `exports` of package.json, and what each of them pulls in.
const root = new URL('../../', import.meta.url)
const { exports } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'))

type Target = { types: string; default: string }
type Entry = string | Target | { node: Target; default: Target }

const targets = Object.entries(exports as Record<string, Entry>).flatMap(
  ([name, entry]): [string, Target][] => {
    if (typeof entry === 'string') return []
    if ('node' in entry) {
      return [
        [`${name} (node)`, entry.node],
        [`${name} (default)`, entry.default],
      ]
    }
    return [[name, entry]]
  },
)

/** The packages and `node:` modules that a module imports, itself or through others. */
async function importsOf(url: URL, seen = new Set<string>()): Promise<Set<string>> {
  const found = new Set<string>()
  if (seen.has(url.href)) return found
  seen.add(url.href)
  const source = await readFile(url, 'utf8')
  const statements =
    /^(?:import|export) (?!type )[^'"();=]*\bfrom ['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm
  for (const groups of source.matchAll(statements)) {
    const specifier = groups.slice(1).find((each) => each !== undefined)
    if (!specifier!.startsWith('.')) found.add(specifier!)
    else for (const each of await importsOf(new URL(specifier!, url), seen)) found.add(each)
  }
  return found
}

const allowed: Record<string, RegExp> = {
  '.': /^@noble\/hashes\//,
  './framing': /^$/,
  './machines': /^xstate$/,
  './deflate (node)': /^(node:|minizlib$|pako$|@noble\/hashes\/)/,
  './deflate (default)': /^(pako$|@noble\/hashes\/)/,
  './node': /^(node:|minizlib$|pako$|@noble\/hashes\/)/,
  './inspect (node)': /^(node:|xstate$|minizlib$|pako$|@noble\/hashes\/)/,
  './inspect (default)': /^(xstate$|@noble\/hashes\/)/,
  './testing': /^@noble\/hashes\//,
}

describe('the package', () => {
  it.each(targets)('has %s, with types', async (_, { types, default: file }) => {
    await access(new URL(types, root))
    expect(Object.keys(await import(new URL(file, root).href))).not.toHaveLength(0)
  })

  it.each(targets)('imports nothing for %s that it may not', async (name, { default: file }) => {
    const imports = [...(await importsOf(new URL(file, root)))].map((each) =>
      builtinModules.includes(each) ? `node:${each}` : each,
    )
    expect(imports.filter((each) => !allowed[name]!.test(each))).toEqual([])
  })

  it('can be imported by its name', async () => {
    const { ClientProtocol, parseUri } = await import('wirechart' as string)
    expect(new ClientProtocol(parseUri('ws://localhost/')).state).toBe('connecting')
  })
})
