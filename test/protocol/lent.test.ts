import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Protocol } from '../../src/protocol/index.ts'

/** What idle connections do without is lent to one after the other: none may see anything of another. */
describe('connections whose input is mixed', () => {
  const bytesOf = (write: (client: Protocol) => void) => {
    const client = new Protocol('client')
    write(client)
    return Buffer.concat(client.dataToSend())
  }
  const streams = [
    bytesOf((client) => {
      client.sendText('é', false)
      client.sendPing(new Uint8Array([1]))
      client.sendContinuation('ab', true)
    }),
    bytesOf((client) => {
      client.sendBinary(new Uint8Array(300).fill(7))
      client.sendClose(1000, 'done')
    }),
    // Wrong: not masked; then text that ends inside a character.
    Buffer.from([0x82, 0x01, 0x61]),
    Buffer.concat([
      bytesOf((client) => client.sendText('one')),
      bytesOf((client) => client.sendText(new Uint8Array([0xc3]))),
    ]),
  ]

  const told = (server: Protocol) => ({
    events: server.eventsReceived(),
    sent: Buffer.concat(server.dataToSend()).toString('hex'),
    value: server.value,
    error: server.parserError === null ? null : { ...server.parserError, text: server.parserError.message },
  })

  function alone(stream: Uint8Array) {
    const server = new Protocol('server')
    for (const byte of stream) server.receiveData(Uint8Array.of(byte))
    server.receiveEof()
    return told(server)
  }

  it('hear the same as each by itself', () => {
    const expected = streams.map(alone)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(streams.length - 1), fc.integer({ min: 1, max: 40 }))),
        (turns) => {
          const servers = streams.map(() => new Protocol('server'))
          const at = streams.map(() => 0)
          const feed = (index: number, size: number) => {
            const stream = streams[index]!
            servers[index]!.receiveData(new Uint8Array(stream.subarray(at[index]!, at[index]! + size)))
            at[index]! += size
          }
          for (const [index, size] of turns) feed(index, size)
          streams.forEach((stream, index) => {
            feed(index, stream.length)
            servers[index]!.receiveEof()
          })
          expect(servers.map(told)).toEqual(expected)
        },
      ),
    )
  })

  it('write each what is theirs', () => {
    const servers = [0, 1, 2].map(() => new Protocol('server'))
    for (let round = 0; round < 3; round++) {
      for (const [index, server] of servers.entries()) server.sendBinary(new Uint8Array([index, round]))
      for (const [index, server] of servers.entries()) {
        if (index !== round) continue
        expect(Buffer.concat(server.dataToSend()).toString('hex')).toBe(
          Array.from({ length: round + 1 }, (_, each) => `82020${index}0${each}`).join(''),
        )
        expect(server.dataToSend()).toEqual([])
      }
    }
  })
})
