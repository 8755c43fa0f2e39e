/** Servers over loopback: this process is the server, another one (`peer.mjs`) is every client. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { servers } from '../servers.mjs'

const peerFile = fileURLToPath(new URL('../peer.mjs', import.meta.url))

/**
 * @param {{ task: 'echo' | 'handshakes' | 'open', size?: number, connections: number, pipelined?: boolean }} params
 * @param {string} contender
 * @param {number} ms
 */
export async function prepare(params, contender, ms) {
  const name = contender.replace('+bufferutil', '')
  const port = await servers[name]()
  const before = await memory()
  const peer = fork(peerFile, { stdio: 'inherit', execArgv: [] })
  peer.send({ ...params, port, raw: name === 'tcp', ms })
  const result = await answer(peer)
  if (params.task === 'open') result.cost = ((await memory()) - before) / params.connections
  peer.kill()
  return result
}

async function answer(/** @type {import('node:child_process').ChildProcess} */ peer) {
  for (;;) {
    const [message] = await once(peer, 'message')
    if (message.ask === undefined) return message
    const { user, system } = process.cpuUsage()
    peer.send(user + system)
  }
}

/** What lives, in bytes, on the heap and beside it. */
async function memory() {
  for (let count = 0; count < 4; count++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
