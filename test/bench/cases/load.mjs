/** The time that a fresh process takes for an import. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { addressOf } from '../library.mjs'

const require = createRequire(import.meta.url)

const targets = {
  wirechart: () => addressOf('src/protocol/index.js'),
  'wirechart/node': () => addressOf('src/node/index.js'),
  ws: () => pathToFileURL(require.resolve('ws').replace('index.js', 'wrapper.mjs')).href,
  'websocket-driver': () => pathToFileURL(require.resolve('websocket-driver')).href,
}

export async function prepare(_params, contender) {
  const script =
    'const start = performance.now(); import(process.argv[1]).then(() => console.log(performance.now() - start))'
  const target = targets[contender]()
  return {
    take() {
      const { stdout } = spawnSync(process.execPath, ['-e', script, target], { encoding: 'utf8' })
      return { cost: Number(stdout) * 1e6 }
    },
  }
}
