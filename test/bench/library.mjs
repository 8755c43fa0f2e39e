/**
 * What is measured. The library is built into a folder of its own (`build`), so that neither a stale `dist` is measured
 * nor one replaced under somebody's feet; `WIRECHART_BUILD` names another folder, to compare two versions. It is joined
 * into the same chunks as in `dist`; the files of entries, and of what the benchmarks reach beside them, are named as
 * the sources are.
 */
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

export async function build() {
  if (process.env.WIRECHART_BUILD !== undefined) return
  const input = Object.fromEntries(reached.map((path) => [path.replace('.ts', ''), path]))
  const bundle = await rolldown({ ...config, cwd: root, input })
  await bundle.write({ ...config.output, dir: folder })
  await bundle.close()
}

/** Where a module of the library is: `addressOf('src/protocol/index.js')`. */
export const addressOf = (/** @type {string} */ path) => pathToFileURL(`${folder}/${path}`).href

/**
 * A module of the library: `load('src/protocol/index.js')`.
 *
 * @param {string} path
 */
export const load = (path) => import(addressOf(path))

/** `ws`, as CommonJS gives it: with `Sender` and `Receiver`. */
export const loadWs = () => require('ws')

export const loadDriver = () => require('websocket-driver')

/** Whether a contender is to have `bufferutil`. */
export const withBufferUtil = (/** @type {string} */ contender) => contender.endsWith('+bufferutil')

/** What the environment of a contender's process says. */
export function environmentOf(/** @type {string} */ contender) {
  return withBufferUtil(contender) ? {} : { WS_NO_BUFFER_UTIL: '1', WIRECHART_NO_BUFFER_UTIL: '1' }
}
