/** Receiving on a server's side: bytes in, messages out. Chunks are unmasked in place and read again: see `KEY`. */
import { bytesOf, cut, frame, repeat, textOf } from '../frames.mjs'
import { load, loadDriver, loadWs, withBufferUtil } from '../library.mjs'

const CHUNK = 65_536

/** The parts of a fragmented message, with a ping in the middle. */
function fragmented(/** @type {Uint8Array} */ payload, /** @type {number} */ parts) {
  const size = payload.length / parts
  const frames = []
  for (let part = 0; part < parts; part++) {
    if (part === parts / 2) frames.push(frame(9, Buffer.from('ping')))
    const piece = payload.subarray(part * size, (part + 1) * size)
    frames.push(frame(part === 0 ? 2 : 0, piece, { fin: part === parts - 1 }))
  }
  return Buffer.concat(frames)
}

/** @param {{ kind: string, size: number, chunk?: number }} params */
export async function prepare({ kind, size, chunk = CHUNK }, contender) {
  const message =
    kind === 'fragmented'
      ? fragmented(bytesOf(size), 4)
      : kind === 'binary'
        ? frame(2, bytesOf(size))
        : frame(1, textOf(size, kind === 'text' ? 'ascii' : 'mixed'))
  const { stream, count } = repeat(message, CHUNK)
  const chunks = cut(stream, chunk)
  const messages = kind === 'fragmented' ? count * 5 : count
  const receive = await receivers[contender.replace('+bufferutil', '')](contender, kind)
  return {
    batch: count,
    run() {
      receive.seen = 0
      for (const each of chunks) receive.chunk(each)
      if (receive.seen < messages) throw new Error(`${receive.seen} of ${messages} were received`)
    },
  }
}

const receivers = {
  async wirechart(contender) {
    const { Protocol } = await load('src/protocol/index.js')
    if (withBufferUtil(contender)) (await load('src/node/native.js')).useNativeMask()
    const protocol = new Protocol('server')
    return {
      seen: 0,
      chunk(bytes) {
        protocol.receiveData(bytes)
        this.seen += protocol.eventsReceived().length
        protocol.dataToSend()
      },
    }
  },

  async ws(_contender, kind) {
    const { Receiver, Sender } = loadWs()
    const sender = new Sender(sink())
    const receiver = new Receiver({ isServer: true, maxPayload: 100 * 1024 * 1024 })
    const receive = {
      seen: 0,
      chunk(bytes) {
        receiver.write(bytes)
      },
    }
    const fragments = kind === 'fragmented' ? 4 : 1
    receiver.on('message', () => {
      receive.seen += fragments
    })
    // As its WebSocket does.
    receiver.on('ping', (data) => {
      receive.seen += 1
      sender.pong(data, false)
    })
    receiver.on('error', (error) => {
      throw error
    })
    return receive
  },

  async 'websocket-driver'(_contender, kind) {
    const { messages, io } = await openDriver(loadDriver())
    const receive = {
      seen: 0,
      chunk(bytes) {
        io.write(bytes)
      },
    }
    const each = kind === 'fragmented' ? 5 : 1
    messages.on('data', () => {
      receive.seen += each
    })
    return receive
  },

  /** The limit: the same bytes, and nothing but XOR. */
  async xor() {
    return {
      seen: 0,
      chunk(bytes) {
        const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2)
        for (let at = 0; at < words.length; at++) words[at] ^= 0x01010101
        this.seen = Number.POSITIVE_INFINITY
      },
    }
  },
}

/** A driver that has opened. */
export async function openDriver(websocketDriver) {
  const driver = websocketDriver.server({ maxLength: 2 ** 26 })
  driver.on('connect', () => driver.start())
  let answered = false
  driver.io.on('data', () => {
    answered = true
  })
  driver.io.write(
    Buffer.from(
      'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    ),
  )
  await new Promise(setImmediate)
  if (!answered) throw new Error('websocket-driver did not open')
  return driver
}

const encoded = Buffer.allocUnsafeSlow(65_536)

/** A socket that swallows; what it gets as a string it has to encode, as one that writes. */
export const sink = () => ({
  write(data, encoding, written = encoding) {
    if (typeof data === 'string') encoded.write(data)
    if (typeof written === 'function') written()
    return true
  },
  cork() {},
  uncork() {},
})
