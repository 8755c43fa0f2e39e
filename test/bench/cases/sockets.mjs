/** Servers over loopback: this process is the server, another one (`peer.mjs`) is every client. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { servers } from '../servers.mjs'

const peerFile = fileURLToPath(new URL('../peer.mjs', import.meta.url))

/**
 * @param {{ task: 'echo' | 'handshakes' | 'open', size?: number, connections: number, pipelined?: boolean }} params
 * @param {string} contender
 */
export async function prepare(params, contender) {
  const name = contender.replace('+bufferutil', '')
  // A connection that waits for its turn is to be sent nothing.
  const port = await servers[name](params.task === 'open' ? {} : { pingInterval: null })
  const before = await memory()
  const peer = fork(peerFile, { stdio: 'inherit', execArgv: [] })
  process.once('disconnect', () => peer.kill())
  peer.send({ ...params, port, raw: name === 'tcp' })
  await answer(peer)
  return {
    async take(/** @type {number} */ ms) {
      if (params.task === 'open') return { cost: ((await memory()) - before) / params.connections }
      peer.send({ ms })
      return answer(peer)
    },
  }
}

/** What the peer answers; meanwhile it is told what it asks for, the CPU time of this process in microseconds. */
async function answer(/** @type {import('node:child_process').ChildProcess} */ peer) {
  for (;;) {
    const [message] = await once(peer, 'message')
    if (message.ask === undefined) return message
    const { user, system } = process.cpuUsage()
    peer.send({ cpu: user + system })
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
