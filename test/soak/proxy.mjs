/**
 * The network of a soak: passes bytes on in pieces and with delays, and now and then cuts a connection (reset, or the
 * end of one half), or takes bytes and passes none on, as a network does that vanished.
 */
import net from 'node:net'
import { Random } from './random.mjs'

export async function proxyTo(port, seed) {
  const random = new Random(seed)
  const faults = { none: 0, slow: 0, reset: 0, end: 0, vanished: 0 }
  const sockets = new Set()
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const fault = random.of(['none', 'none', 'none', 'none', 'slow', 'slow', 'reset', 'end', 'vanished'])
    faults[fault]++
    // Bytes, of both directions, until it happens.
    let left = random.below(4_000_000)
    let vanished = false
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(from)
      from.on('close', () => sockets.delete(from))
      from.on('error', () => {})
      from.on('data', (data) => {
        if (vanished) return
        left -= data.length
        if (left < 0 && fault === 'reset') {
          near.resetAndDestroy()
          far.resetAndDestroy()
          return
        }
        if (left < 0 && fault === 'end') {
          to.end()
          vanished = true
          return
        }
        if (left < 0 && fault === 'vanished') {
          vanished = true
          return
        }
        const pass = () => {
          if (to.writable && !to.write(data)) {
            from.pause()
            to.once('drain', () => from.resume())
          }
        }
        if (fault !== 'slow' || random.below(8) > 0) {
          // In two pieces, cut anywhere.
          if (random.below(4) === 0 && data.length > 1 && to.writable) {
            const at = 1 + random.below(data.length - 1)
            to.write(data.subarray(0, at))
            data = data.subarray(at)
          }
          pass()
          return
        }
        from.pause()
        setTimeout(() => {
          pass()
          from.resume()
        }, random.below(30))
      })
      from.on('end', () => {
        if (!vanished && to.writable) to.end()
      })
      // Both halves are gone, or it was reset.
      from.on('close', () => {
        if (fault !== 'vanished' || !vanished) {
          if (from.errored) to.resetAndDestroy()
        } else to.destroy()
      })
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    faults,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
