/**
 * WebSocket over any pair of Web streams, such as `Deno.connect()` gives or a socket of a worker at the edge: `Host` is
 * the loop, and what it needs of a transport is below. Two of them talk to each other here, in memory.
 *
 *     node examples/streams.mjs
 */
import { ClientProtocol, Host, Opcode, parseUri, ServerProtocol } from 'wirechart'
import { permessageDeflate } from 'wirechart/deflate'

/** A `Transport`: `{ readable, writable }` of bytes, for a host loop. */
class StreamTransport {
  #reader
  #writer
  #reading = true
  #wake = () => {}

  constructor({ readable, writable }) {
    this.#reader = readable.getReader()
    this.#writer = writable.getWriter()
  }

  /** Tells `host` what comes, until both directions have ended. */
  async run(host) {
    this.host = host
    host.start()
    let end = { kind: 'end' }
    try {
      for (;;) {
        while (!this.#reading) await new Promise((resolve) => (this.#wake = resolve))
        const { done, value } = await this.#reader.read()
        if (done) break
        host.receiveData(value)
      }
      host.receiveEof(end)
      await this.#writer.closed
    } catch (error) {
      end = { kind: 'error', error }
    }
    host.transportClosed(end)
  }

  write(chunks) {
    for (const chunk of chunks) this.#writer.write(chunk).catch(() => {}) // `closed` rejects, too
    if (this.#writer.desiredSize > 0) return true
    this.#writer.ready.then(() => this.host.drained()).catch(() => {})
    return false
  }

  halfClose() {
    this.#writer.close().catch(() => {})
  }

  destroy() {
    this.#reader.cancel().catch(() => {})
    this.#writer.abort().catch(() => {})
    this.resume()
  }

  pause() {
    this.#reading = false
  }

  resume() {
    this.#reading = true
    this.#wake()
  }
}

/** An `Application`: hears the events of the protocol. */
function application(side, receive) {
  return {
    holding: false, // `true` holds back what comes, until `host.resume()`
    receive,
    refused: () => console.log(`${side}: refused`),
    over: () => console.log(`${side}: over`),
  }
}

function accept(streams) {
  const protocol = new ServerProtocol({ extensions: [permessageDeflate()] })
  const transport = new StreamTransport(streams)
  const answer = (event) => {
    if (event.type === 'request') protocol.sendResponse(protocol.accept(event))
    else if (event.opcode === Opcode.text) protocol.sendText(event.payload, event.fin)
    else if (event.opcode === Opcode.binary) protocol.sendBinary(event.payload, event.fin)
    else if (event.opcode === Opcode.continuation) protocol.sendContinuation(event.payload, event.fin)
  }
  return transport.run(new Host(protocol, transport, application('server', answer)))
}

function open(uri, streams) {
  const protocol = new ClientProtocol(parseUri(uri), { extensions: [permessageDeflate()] })
  const transport = new StreamTransport(streams)
  const host = new Host(
    protocol,
    transport,
    application('client', (event) => {
      if (event.type === 'response' && protocol.state === 'open') {
        protocol.sendText('hello '.repeat(1000))
        // Outside of `receive` the host is told that something was sent.
        setTimeout(() => {
          protocol.sendClose(1000, 'done')
          host.sent(8)
        }, 100)
      } else if (event.opcode === Opcode.text) console.log(`client: ${event.payload.length} bytes came back`)
    }),
  )
  protocol.sendRequest(protocol.connect())
  return transport.run(host).then(() => protocol)
}

const [up, down] = [new TransformStream(), new TransformStream()]
accept({ readable: up.readable, writable: down.writable })
const { closeCode, closeReason, extensions } = await open('ws://localhost/', {
  readable: down.readable,
  writable: up.writable,
})
console.log(`client: ${closeCode} ${closeReason}, with ${extensions.map(({ name }) => name)}`)
