/**
 * What is measured. The library is built into a folder of its own (`build`), so that neither a stale `dist` is measured
 * nor one replaced under somebody's feet; `WIRECHART_BUILD` names another folder, to compare two versions. It is joined
 * into the same chunks as in `dist`; the files of entries, and of what the benchmarks reach beside them, are named as
 * the sources are.
 */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import config from '../../rolldown.config.mjs'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Inside the repository, so that dependencies are found. */
const folder = process.env.WIRECHART_BUILD ?? `${root}node_modules/.cache/wirechart-bench`

const reached = [
  ...Object.values(config.input),
  'src/node/native.ts',
  'machines/table.ts',
  'machines/events.ts',
]

/** Not another version, which was built elsewhere. */
export const isBuiltHere = process.env.WIRECHART_BUILD === undefined

/** Beside it, the library without a trace of `inspect` in the protocol. */
const uninspected = `${folder}-uninspected`

export async function build() {
  if (!isBuiltHere) return
  await buildInto(folder)
  await buildInto(uninspected, [withoutInspect])
}

async function buildInto(/** @type {string} */ dir, /** @type {import('rolldown').Plugin[]} */ plugins = []) {
  const input = Object.fromEntries(reached.map((path) => [path.replace('.ts', ''), path]))
  const bundle = await rolldown({ ...config, cwd: root, input, plugins })
  await bundle.write({ ...config.output, dir })
  await bundle.close()
  // As in the package; without it Node would have to find out what kind of modules these are, by parsing them twice.
  writeFileSync(`${dir}/package.json`, JSON.stringify({ type: 'module', sideEffects: false }))
}

const isProtocol = (/** @type {string} */ id) => id.endsWith('/src/protocol/protocol.ts')

/** Nobody ever observes a protocol: the field is gone, and what asks for it is folded away. */
const withoutInspect = {
  name: 'without-inspect',
  transform(/** @type {string} */ code, /** @type {string} */ id) {
    if (!isProtocol(id)) return null
    const field = /^ *#observer: .*\n/m
    const taken = /^.*this\.#observer = .*\n/m
    const told = /^( *#tellFrame\(.*\{\n)[\s\S]*?(\n {2}\}\n)/m
    if ([field, taken, told].some((part) => !part.test(code)))
      throw new Error('protocol.ts no longer observes as it did')
    return code
      .replace(field, '')
      .replace(taken, '')
      .replace(told, '$1$2')
      .replaceAll('this.#observer', 'null')
      .replaceAll('wire !== null', 'false')
  },
  generateBundle(_options, /** @type {import('rolldown').OutputBundle} */ bundle) {
    const left = Object.values(bundle).some(
      ({ code, moduleIds }) => moduleIds?.some(isProtocol) && /#observer|\.step\(/.test(code),
    )
    if (left) throw new Error('protocol.ts is still observed')
  },
}

/** What takes part without `inspect`. */
export const UNINSPECTED = 'wirechart without inspect'

/** Where a module of the library is: `addressOf('src/protocol/index.js')`. */
export const addressOf = (/** @type {string} */ path, contender = 'wirechart') =>
  pathToFileURL(`${contender === UNINSPECTED ? uninspected : folder}/${path}`).href

/** A module of the library: `load('src/protocol/index.js')`. */
export const load = (/** @type {string} */ path, contender = 'wirechart') =>
  import(addressOf(path, contender))

/** `ws`, as CommonJS gives it: with `Sender` and `Receiver`. */
export const loadWs = () => require('ws')

export const loadDriver = () => require('websocket-driver')

/** Whether a contender is to have `bufferutil`. */
export const withBufferUtil = (/** @type {string} */ contender) => contender.endsWith('+bufferutil')

/** What the environment of a contender's process says. */
export function environmentOf(/** @type {string} */ contender) {
  return withBufferUtil(contender) ? {} : { WS_NO_BUFFER_UTIL: '1', WIRECHART_NO_BUFFER_UTIL: '1' }
}
