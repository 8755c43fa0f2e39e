/**
 * What is measured. The library is compiled into a folder of its own (`build`), so that neither a stale `dist` is
 * measured nor one replaced under somebody's feet; `WIRECHART_BUILD` names another folder, to compare two versions.
 */
import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Inside the repository, so that dependencies are found. */
export const folder = process.env.WIRECHART_BUILD ?? `${root}node_modules/.cache/wirechart-bench`

export function build() {
  if (process.env.WIRECHART_BUILD !== undefined) return
  const tsc = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc')
  const args = [tsc, '-p', `${root}tsconfig.build.json`, '--outDir', folder, '--declaration', 'false']
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] })
  // Compiled all the same, as far as types go.
  if (status !== 0) process.stderr.write('The library has errors: see above.\n')
  cpSync(folder, bundled, { recursive: true })
  const rolldown = require.resolve('rolldown', { paths: [require.resolve('vite')] })
  const cli = rolldown.replace(/dist\/.*$/, 'bin/cli.mjs')
  spawnSync(process.execPath, [cli, '-c', `${root}rolldown.config.mjs`], {
    cwd: root,
    env: { ...process.env, WIRECHART_OUT: bundled },
  })
}

/** The same, joined into a few files: for the time that an import takes. */
export const bundled = `${folder}-bundled`

/**
 * A module of the library: `load('src/protocol/index.js')`.
 *
 * @param {string} path
 */
export const load = (path) => import(pathToFileURL(`${folder}/${path}`).href)

/** `ws`, as CommonJS gives it: with `Sender` and `Receiver`. */
export const loadWs = () => require('ws')

export const loadDriver = () => require('websocket-driver')

/** Whether a contender is to have `bufferutil`. */
export const withBufferUtil = (/** @type {string} */ contender) => contender.endsWith('+bufferutil')

/** What the environment of a contender's process says. */
export function environmentOf(/** @type {string} */ contender) {
  return withBufferUtil(contender) ? {} : { WS_NO_BUFFER_UTIL: '1', WIRECHART_NO_BUFFER_UTIL: '1' }
}
