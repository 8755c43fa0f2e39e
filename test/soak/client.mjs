/** The connecting process of a soak: `client.mjs PORT`. So many connections at a time, one after the other. */
import { connect } from 'wirechart/node'
import { Random, seedOf } from './random.mjs'
import { tell, tellEnd, tellMemory } from './tell.mjs'
import { exchange } from './traffic.mjs'

const AT_A_TIME = 16
const port = Number(process.argv[2])
const options = {
  pingInterval: 500,
  pingTimeout: 1_500,
  closeTimeout: 2_000,
  openTimeout: 5_000,
  maxSize: 2 ** 22,
}

let stopping = false
let next = 1

async function one() {
  const id = next++
  const random = new Random(seedOf(id, 42))
  let connection
  try {
    connection = await connect(`ws://127.0.0.1:${port}/?id=${id}`, {
      ...options,
      compression: random.below(2) === 0,
    })
  } catch (error) {
    tell({ kind: 'refused', id, error: error.code ?? error.name })
    return
  }
  const closes = { behind: 10 + random.below(400), code: 1_000 }
  tell({ kind: 'end', ...(await exchange(connection, { id, side: 0, closes })) })
}

async function line() {
  while (!stopping) await one()
}

const lines = Array.from({ length: AT_A_TIME }, line)
// Whoever started it is gone.
process.on('disconnect', () => process.exit())
process.on('message', async (what) => {
  if (what === 'memory') tellMemory('now')
  if (what !== 'stop') return
  stopping = true
  await Promise.all(lines)
  await tellEnd()
})
