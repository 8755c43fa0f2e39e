/** A server that sends back each message of a chunk, without sockets: receiving and sending at once. See `receive.mjs`. */
import { bytesOf, cut, frame, repeat } from '../frames.mjs'
import { load } from '../library.mjs'
import { sink } from './receive.mjs'

const CHUNK = 65_536

/** @param {{ size: number }} params */
export async function prepare({ size }, contender) {
  const { Protocol } = await load('src/protocol/index.js', contender)
  const { stream, count } = repeat(frame(2, bytesOf(size)), CHUNK)
  const chunks = cut(stream, CHUNK)
  const protocol = new Protocol('server')
  const socket = sink()
  return {
    batch: count,
    run() {
      for (const chunk of chunks) {
        protocol.receiveData(chunk)
        for (const { payload } of protocol.eventsReceived()) protocol.sendBinary(payload)
        for (const written of protocol.dataToSend()) socket.write(written)
      }
    },
  }
}
