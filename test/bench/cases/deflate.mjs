/** permessage-deflate (RFC 7692) with context takeover: messages that resemble each other, as JSON does. */
import { once } from 'node:events'
import zlib from 'node:zlib'
import { frame } from '../frames.mjs'
import { load, loadWs } from '../library.mjs'
import { sink } from './receive.mjs'

const BATCH = 64

/** `BATCH` different messages of `size` bytes. */
function documents(/** @type {number} */ size) {
  return Array.from({ length: BATCH }, (_, index) => {
    let text = ''
    for (let id = 0; text.length < size; id++) {
      text += JSON.stringify({
        id: id * 7919 + index,
        name: `sensor-${id % 5}`,
        value: Math.sin(id + index),
        ok: true,
      })
    }
    return Buffer.from(text.slice(0, size))
  })
}

/** @param {{ direction: 'receive' | 'send', size: number }} params */
export async function prepare({ direction, size }, contender) {
  const texts = documents(size)
  return direction === 'send' ? senders[contender](texts) : receivers[contender](compressed(texts))
}

/** As one connection's messages: each may refer to those before it; the first batch starts afresh. */
function compressed(/** @type {Buffer[]} */ texts) {
  const options = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
  // Each by itself, so that a batch can be read again: that is all a receiver with a window has to be able to.
  return texts.map((text) => frame(1, zlib.deflateRawSync(text, options).subarray(0, -4), { rsv1: true }))
}

const negotiated = async () => {
  const { permessageDeflate } = await load('src/deflate/node.js')
  const factory = permessageDeflate()
  return factory.processRequestParams([['client_max_window_bits', null]], [])[1]
}

const wsDeflate = () => {
  const PerMessageDeflate = loadWs().PerMessageDeflate
  const extension = new PerMessageDeflate({ isServer: true, threshold: 0 })
  extension.accept([{}])
  return extension
}

const receivers = {
  async wirechart(frames) {
    const { Protocol } = await load('src/protocol/index.js')
    const protocol = new Protocol('server', { extensions: [await negotiated()] })
    const fresh = frames.map((each) => Buffer.from(each))
    return {
      batch: BATCH,
      waits: true,
      run() {
        for (let at = 0; at < BATCH; at++) {
          fresh[at].set(frames[at])
          protocol.receiveData(fresh[at])
          if (protocol.eventsReceived().length !== 1) throw new Error('a message is missing')
        }
      },
    }
  },

  async ws(frames) {
    const extension = wsDeflate()
    const receiver = new (loadWs().Receiver)({
      isServer: true,
      extensions: { 'permessage-deflate': extension },
    })
    receiver.on('error', (error) => {
      throw error
    })
    const fresh = frames.map((each) => Buffer.from(each))
    return {
      batch: BATCH,
      waits: true,
      async run() {
        for (let at = 0; at < BATCH; at++) {
          fresh[at].set(frames[at])
          receiver.write(fresh[at])
          await once(receiver, 'message')
        }
      },
    }
  },
}

const senders = {
  async wirechart(texts) {
    const { Protocol } = await load('src/protocol/index.js')
    const protocol = new Protocol('server', { extensions: [await negotiated()] })
    return {
      batch: BATCH,
      waits: true,
      run() {
        for (const text of texts) {
          protocol.sendText(text)
          protocol.dataToSend()
        }
      },
    }
  },

  async ws(texts) {
    const sender = new (loadWs().Sender)(sink(), { 'permessage-deflate': wsDeflate() })
    const options = { binary: false, mask: false, fin: true, compress: true }
    return {
      batch: BATCH,
      waits: true,
      async run() {
        for (const text of texts) await new Promise((resolve) => sender.send(text, options, resolve))
      },
    }
  },
}
