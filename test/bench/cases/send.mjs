/** Sending: messages in, bytes out. What is to be written is taken once a turn, which is of so many messages. */
import { bytesOf, textOf } from '../frames.mjs'
import { load, loadDriver, loadWs, withBufferUtil } from '../library.mjs'
import { openDriver, sink } from './receive.mjs'

/** @param {{ side: 'client' | 'server', size: number, turn: number, text?: boolean }} params */
export async function prepare({ side, size, turn, text = false }, contender) {
  const data = text ? textOf(size, 'ascii').toString() : bytesOf(size)
  const { send, flush } = await senders[contender.replace('+bufferutil', '')](contender, side, data)
  // So many that asking the time, which takes a microsecond, does not count.
  const batch = Math.max(32, Math.min(256, Math.floor(262_144 / size)))
  return {
    batch,
    run() {
      for (let count = 1; count <= batch; count++) {
        send()
        if (count % turn === 0) flush()
      }
    },
  }
}

const senders = {
  async wirechart(contender, side, data) {
    const { Protocol } = await load('src/protocol/index.js')
    if (withBufferUtil(contender)) (await load('src/node/native.js')).useNativeMask()
    const protocol = new Protocol(side)
    const socket = sink()
    return {
      send() {
        if (typeof data === 'string') protocol.sendText(data)
        else protocol.sendBinary(data)
      },
      flush() {
        const data = protocol.dataToSend()
        for (const chunk of data) socket.write(chunk)
        if (side === 'client') protocol.dataSent(data)
      },
    }
  },

  // The others write each message at once.
  async ws(_contender, side, data) {
    const sender = new (loadWs().Sender)(sink())
    return {
      send() {
        const binary = typeof data !== 'string'
        sender.send(data, { binary, mask: side === 'client', fin: true, compress: false })
      },
      flush() {},
    }
  },

  async 'websocket-driver'(_contender, _side, data) {
    const driver = await openDriver(loadDriver())
    return {
      send() {
        if (typeof data === 'string') driver.text(data)
        else driver.binary(data)
      },
      flush() {},
    }
  },
}
