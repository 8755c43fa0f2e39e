/** The time that a fresh process takes for an import. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { bundled, folder } from '../library.mjs'

const require = createRequire(import.meta.url)

const targets = {
  wirechart: () => pathToFileURL(`${folder}/src/protocol/index.js`).href,
  'wirechart/node': () => pathToFileURL(`${folder}/src/node/index.js`).href,
  'wirechart, joined': () => pathToFileURL(`${bundled}/src/protocol/index.js`).href,
  'wirechart/node, joined': () => pathToFileURL(`${bundled}/src/node/index.js`).href,
  ws: () => pathToFileURL(require.resolve('ws').replace('index.js', 'wrapper.mjs')).href,
  'websocket-driver': () => pathToFileURL(require.resolve('websocket-driver')).href,
}

export async function prepare(_params, contender) {
  const script =
    'const start = performance.now(); import(process.argv[1]).then(() => console.log(performance.now() - start))'
  const times = Array.from({ length: 5 }, () => {
    const { stdout } = spawnSync(process.execPath, ['-e', script, targets[contender]()], { encoding: 'utf8' })
    return Number(stdout)
  })
  return { cost: times.sort((a, b) => a - b)[2] * 1e6 }
}
