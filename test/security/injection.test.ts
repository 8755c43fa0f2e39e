/** Options are data: none of them can write a line of its own into a handshake. */
import net from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../src/node/index.ts'
import { ClientProtocol, Headers, parseUri, Response, ServerProtocol } from '../../src/protocol/index.ts'

/** Lines of what is on the wire, up to the empty one; and that nothing follows it. */
function linesOf(chunks: readonly Uint8Array[]): string[] {
  const text = Buffer.concat(chunks).toString('latin1')
  expect(text.indexOf('\r\n\r\n')).toBe(text.length - 4)
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/)
  return text.slice(0, -4).split('\r\n')
}

const evil = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .tuple(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('\r\n', '\n', '\r', '\0', '\u2028', '\u010d\u010a', '\r\n\r\n', ': ', ', '),
      fc.string({ maxLength: 8 }),
    )
    .map((parts) => parts.join('')),
)

describe('a request', () => {
  it('has the lines that it should have, or is refused with a TypeError', () => {
    const options = fc.record(
      {
        origin: evil,
        headers: fc.array(fc.tuple(evil, evil), { maxLength: 2 }),
        subprotocols: fc.array(evil),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(options, ({ headers = [], ...rest }) => {
        const more = [rest.origin, rest.subprotocols?.[0]].filter((each) => each !== undefined).length
        let client: ClientProtocol
        try {
          client = new ClientProtocol(parseUri('ws://localhost/'), { ...rest, headers })
          client.sendRequest(client.connect())
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
          return
        }
        const lines = linesOf(client.dataToSend())
        // Request line, Host, Upgrade, Connection, key, version.
        expect(lines).toHaveLength(6 + headers.length + more)
        expect(lines[0]).toBe('GET / HTTP/1.1')
      }),
      { numRuns: 1_000 },
    )
  })

  it('asks for one resource, whatever the URL holds', () => {
    fc.assert(
      fc.property(evil, evil, (path, query) => {
        let client: ClientProtocol
        try {
          client = new ClientProtocol(parseUri(`ws://localhost/${path}?${query}`))
        } catch (error) {
          expect((error as Error).name).toBe('InvalidUriError')
          return
        }
        client.sendRequest(client.connect())
        const lines = linesOf(client.dataToSend())
        expect(lines).toHaveLength(6)
        expect(lines[0]).toMatch(/^GET \/[\x21-\x7e]* HTTP\/1\.1$/)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['a header', { headers: { 'X-A': 'b\r\nX-Evil: 1' } }],
    ['the name of a header', { headers: { 'X-A: b\r\nX-Evil': '1' } }],
    ['the origin', { origin: 'http://a\r\nX-Evil: 1' }],
    ['a subprotocol', { subprotocols: ['chat\r\nX-Evil: 1'] }],
  ])('with a line break in %s is refused by connect before a socket is opened', async (_what, options) => {
    let visits = 0
    const server = net.createServer((socket) => {
      visits++
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as net.AddressInfo
    await expect(connect(`ws://127.0.0.1:${port}/`, options)).rejects.toBeInstanceOf(TypeError)
    // Whoever comes now is the first.
    await expect(connect(`ws://127.0.0.1:${port}/`)).rejects.toBeInstanceOf(Error)
    expect(visits).toBe(1)
  })
})

describe('a response', () => {
  it('has the lines that it should have, or is refused with a TypeError', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(evil, evil), { minLength: 1, maxLength: 2 }), (pairs) => {
        const server = new ServerProtocol()
        try {
          const headers = new Headers(pairs)
          server.sendResponse(new Response(403, 'No', headers))
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
          expect(server.dataToSend()).toEqual([])
          return
        }
        const chunks = server.dataToSend()
        expect(linesOf(chunks)).toHaveLength(1 + pairs.length)
      }),
      { numRuns: 500 },
    )
  })
})

describe('masking keys (section 10.3)', () => {
  it('are not to be foretold: of 5,000 none comes in a pattern', () => {
    const client = new ClientProtocol(parseUri('ws://localhost/'), { state: 'open' })
    const keys: number[] = []
    for (let turn = 0; turn < 5_000; turn++) client.sendBinary(Uint8Array.of(0))
    for (const data of client.dataToSend()) {
      for (let at = 0; at < data.length; at += 7) keys.push(Buffer.from(data).readUInt32BE(at + 2))
    }
    expect(keys).toHaveLength(5_000)
    // Of 5,000 random words of 32 bits two are the same once in 340 times; three times, never.
    expect(new Set(keys).size).toBeGreaterThan(4_997)
    const differences = new Set(keys.slice(1).map((key, at) => (key - keys[at]!) >>> 0))
    expect(differences.size).toBeGreaterThan(4_990)
    for (let bit = 0; bit < 32; bit++) {
      const ones = keys.filter((key) => (key >>> bit) & 1).length
      expect(ones).toBeGreaterThan(2_100)
      expect(ones).toBeLessThan(2_900)
    }
  })
})
