/** Serialise, then parse: what one side sends is what the other side gets, however it was cut. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { permessageDeflate } from '../../src/deflate/node.ts'
import { Headers } from '../../src/handshake/index.ts'
import { Request, Response, serializeRequest, serializeResponse } from '../../src/handshake/message.ts'
import { RequestParser } from '../../src/handshake/parse-request.ts'
import { ResponseParser } from '../../src/handshake/parse-response.ts'
import { InvalidUriError, type Protocol, parseUri } from '../../src/protocol/index.ts'
import { pair } from '../../src/testing/index.ts'
import { cuts, type Message, message, pieces } from './wire.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

function send(protocol: Protocol, { text, fragments }: Message): void {
  for (const [at, fragment] of fragments.entries()) {
    const fin = at === fragments.length - 1
    if (at > 0) protocol.sendContinuation(fragment, fin)
    else if (text) protocol.sendText(fragment, fin)
    else protocol.sendBinary(fragment, fin)
  }
}

/** Whole messages out of frames: the payloads joined. */
function messagesOf(protocol: Protocol): { text: boolean; bytes: string }[] {
  const messages: { text: boolean; bytes: string }[] = []
  let parts: Uint8Array[] = []
  let text = false
  for (const event of protocol.eventsReceived()) {
    if (event.type !== 'frame' || event.opcode > 2) continue
    if (event.opcode !== 0) text = event.opcode === 1
    parts.push(event.payload.slice())
    if (!event.fin) continue
    messages.push({ text, bytes: Buffer.concat(parts).toString('hex') })
    parts = []
  }
  return messages
}

const hexOf = ({ text, fragments }: Message) => ({ text, bytes: Buffer.concat(fragments).toString('hex') })

const agreements = [
  ['without extensions', () => ({})],
  ['compressed', () => ({ extensions: [permessageDeflate()] })],
  [
    'compressed without context',
    () => ({
      extensions: [permessageDeflate({ serverNoContextTakeover: true, clientNoContextTakeover: true })],
    }),
  ],
] as const

describe.each(agreements)('messages %s', (_, options) => {
  it('arrive as they were sent, both ways, whatever TCP makes of them', () => {
    const chunk = fc.oneof(fc.constantFrom(1, 2, 3, 7), fc.integer({ min: 8, max: 70_000 }))
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.array(message, { maxLength: 5 }),
        chunk,
        (up, down, limit) => {
          const joined = pair({ client: options(), server: options() })
          for (const each of up) send(joined.client, each)
          for (const each of down) send(joined.server, each)
          joined.flow(limit)
          expect(messagesOf(joined.server)).toEqual(up.map(hexOf))
          expect(messagesOf(joined.client)).toEqual(down.map(hexOf))
          joined.client.sendClose(1000)
          joined.flow(limit)
          expect([joined.client.closeCode, joined.server.closeCode]).toEqual([1000, 1000])
        },
      ),
      { numRuns: 120 },
    )
  })
})

describe('a handshake message', () => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/)
  const value = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?$/)
  const headers = fc.array(fc.tuple(token, value), { maxLength: 8 }).map((pairs) =>
    // Those that say how long a body is are not the application's.
    pairs.filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)),
  )

  it('is read as it was written: a request', () => {
    fc.assert(
      fc.property(headers, fc.stringMatching(/^[\x21-\x22\x24-\x7e]{0,40}$/), cuts, (pairs, path, cuts) => {
        const request = new Request(`/${path}`, new Headers(pairs))
        const parser = new RequestParser()
        const results = pieces(serializeRequest(request), cuts)
          .filter(({ length }) => length > 0)
          .map((piece) => parser.push(piece))
        const last = results.at(-1)!
        expect(last.status).toBe('request')
        if (last.status !== 'request') return
        expect([last.request.path, ...last.request.headers]).toEqual([request.path, ...request.headers])
      }),
    )
  })

  it('is read as it was written: a response with a body', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 200 }), cuts, (pairs, body, cuts) => {
        const headers = new Headers([...pairs, ['Content-Length', String(body.length)]])
        const response = new Response(404, 'Not Found', headers, body)
        const parser = new ResponseParser()
        const results = pieces(serializeResponse(response), cuts)
          .filter(({ length }) => length > 0)
          .map((piece) => parser.push(piece))
        const last = results.at(-1)!
        expect(last.status).toBe('response')
        if (last.status !== 'response') return
        expect([...last.response.headers]).toEqual([...response.headers])
        expect(Buffer.compare(last.response.body ?? new Uint8Array(0), body)).toBe(0)
      }),
    )
  })
})

it('a URI is parsed, or refused with InvalidUriError: nothing else is thrown', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.string().map((text) => `ws://${text}`),
    fc.tuple(fc.ipV6(), fc.nat(70_000)).map(([host, port]) => `wss://[${host}]:${port}/`),
  )
  fc.assert(
    fc.property(anything, (text) => {
      try {
        const { host, port, resourceName } = parseUri(text)
        expect(host).not.toBe('')
        expect(port).toBeGreaterThan(0)
        expect(resourceName).toMatch(/^\/[\x21-\x7e]*$/)
      } catch (error) {
        if (!(error instanceof InvalidUriError)) throw error
      }
    }),
    { numRuns: 1_000 },
  )
})
