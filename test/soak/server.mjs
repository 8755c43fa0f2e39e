/** The serving process of a soak. */
import { serve } from 'wirechart/node'
import { Random, seedOf } from './random.mjs'
import { tell, tellEnd, tellMemory } from './tell.mjs'
import { exchange } from './traffic.mjs'

const options = {
  pingInterval: 500,
  pingTimeout: 1_500,
  closeTimeout: 2_000,
  openTimeout: 5_000,
  maxSize: 2 ** 22,
}

const server = await serve(
  async (connection) => {
    const id = Number(new URL(connection.request.path, 'ws://h').searchParams.get('id'))
    const random = new Random(seedOf(id, 99))
    const closes = random.below(3) === 0 ? { behind: random.below(400), code: 4_000 + random.below(3) } : null
    tell({ kind: 'end', ...(await exchange(connection, { id, side: 1, closes })) })
  },
  { host: '127.0.0.1', ...options, onError: (error) => tell({ kind: 'error', error: String(error) }) },
)

tell({ kind: 'listening', port: server.port })
// Whoever started it is gone.
process.on('disconnect', () => process.exit())
process.on('message', async (what) => {
  if (what === 'memory') tellMemory('now')
  if (what !== 'stop') return
  await server.close()
  await tellEnd()
})
