import { access, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
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
  '.': /^$/,
  './framing': /^$/,
  './machines': /^xstate$/,
  './deflate (node)': /^(node:|minizlib$|pako$)/,
  './deflate (default)': /^pako$/,
  './node': /^(node:|minizlib$|pako$)/,
  './inspect (node)': /^(node:|xstate$|minizlib$|pako$)/,
  './inspect (default)': /^xstate$/,
  './testing': /^$/,
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

  it.each(targets)('exports from %s what its source exports', async (_, { types, default: file }) => {
    const source = types.replace('./dist/types/', '').replace('.d.ts', '.ts')
    const [built, written] = [
      await import(new URL(file, root).href),
      await import(new URL(source, root).href),
    ]
    expect(Object.keys(built).sort()).toEqual(Object.keys(written).sort())
  })

  it('has the licences of what its page is made of', async () => {
    const licenses = await readFile(new URL('dist/inspector/licenses.md', root), 'utf8')
    const { dependencies } = JSON.parse(await readFile(new URL('inspector/package.json', root), 'utf8'))
    const inPage = Object.keys(dependencies).filter((name) => !/^@types\/|plugin/.test(name))
    for (const name of inPage) expect(licenses).toContain(`\n## ${name} - `)
  })

  it('can be imported by its name', async () => {
    const { ClientProtocol, parseUri } = await import('wirechart' as string)
    expect(new ClientProtocol(parseUri('ws://localhost/')).state).toBe('connecting')
  })

  it('has one of each class, whichever entry it comes from', async () => {
    const core = await import('wirechart' as string)
    const framing = await import('wirechart/framing' as string)
    for (const name of ['Frame', 'FrameError', 'InvalidPayloadError', 'PayloadTooBigError', 'ProtocolError'])
      expect([name, framing[name]]).toEqual([name, core[name]])
    expect((await import('wirechart/testing' as string)).Host).toBe(core.Host)

    const { connect } = await import('wirechart/node' as string)
    await expect(connect('http://localhost/')).rejects.toBeInstanceOf(core.InvalidUriError)

    const { permessageDeflate } = await import('wirechart/deflate' as string)
    const refuse = () => permessageDeflate().processRequestParams([['unknown', null]], [])
    expect(refuse).toThrow(core.NegotiationError)

    const { tables } = await import('wirechart/machines' as string)
    expect(tables.server.configurations).toContain(new core.Protocol('server').value)
  })

  it('leaves to a bundler what an application does not use', async () => {
    const all = await bundled("import * as all from 'wirechart'; globalThis.all = all")
    const one = await bundled("import { parseUri } from 'wirechart'; parseUri('ws://a')")
    expect(all).toContain('INVALID_URI_HOST')
    expect(one).toContain('INVALID_URI_HOST')
    for (const unused of ['FrameDecoder', 'ConnectionTable', 'maxFragments']) {
      expect(all).toContain(unused)
      expect(one).not.toContain(unused)
    }
  })
})

/** What a bundler makes of an application. */
async function bundled(app: string): Promise<string> {
  const file = fileURLToPath(new URL('app.js', root))
  const bundle = await rolldown({
    input: 'app',
    platform: 'neutral',
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === 'app' ? file : null),
        load: (id) => (id === file ? app : null),
      },
    ],
  })
  const { output } = await bundle.generate()
  expect(output).toHaveLength(1)
  return output[0].code
}
