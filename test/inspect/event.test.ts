import { describe, expect, test, vi } from 'vitest'
import type { Configuration } from '../../machines/table.ts'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { violation } from '../../src/framing/rules.ts'
import { Request, Response } from '../../src/handshake/message.ts'
import { createInspector, type InspectorOptions } from '../../src/inspect/inspector.ts'
import { bytes, lastStep, open, recordsOf, ScriptedConnection } from './helpers.ts'

function watched(options?: InspectorOptions, from: Configuration = open) {
  const inspector = createInspector(options)
  const records = recordsOf(inspector)
  const connection = new ScriptedConnection(inspector, 'server', from)
  return {
    connection,
    last: () => lastStep(records).event,
    /** Previews of what is received with these payloads as the frames of one text message. */
    fragments(...payloads: Uint8Array[]) {
      return payloads.map((payload, index) => {
        const fin = index === payloads.length - 1
        const opcode = index === 0 ? Opcode.text : Opcode.continuation
        const type = index === 0 ? 'receive.text' : 'receive.continuation'
        connection.take({ type, fin }, { frame: new Frame(opcode, payload, fin) })
        return lastStep(records).event.preview
      })
    },
    frame(type: string, opcode: Opcode, payload: Uint8Array) {
      connection.take({ type, fin: true } as never, { frame: new Frame(opcode, payload) })
      return lastStep(records).event.preview
    },
  }
}

const text = (data: string, truncated = false) => ({ encoding: 'text', data, truncated })
const hex = (data: string, truncated = false) => ({ encoding: 'hex', data, truncated })

describe('the preview of text', () => {
  test('is the text', () => {
    expect(watched().fragments(bytes('grüße 🙂'))).toEqual([text('grüße 🙂')])
  })

  test('is bounded, and breaks in no character wherever it is cut', () => {
    const payload = bytes('aé€🙂'.repeat(50))
    for (let preview = 1; preview <= 24; preview++) {
      const [shown] = watched({ preview }).fragments(payload)
      expect(shown).toMatchObject({ encoding: 'text', truncated: true })
      expect('aé€🙂'.repeat(50).startsWith(shown!.data)).toBe(true)
      const size = bytes(shown!.data).length
      expect(size).toBeLessThanOrEqual(preview)
      expect(size).toBeGreaterThan(preview - 4)
    }
  })

  test('of fragments that cut a character shows it with the one that completes it', () => {
    const [a, b, c, d] = bytes('🙂')
    const one = (...list: (number | undefined)[]) => new Uint8Array(list as number[])
    expect(watched().fragments(one(0x41, a), one(b), one(c), one(d, 0x42))).toEqual([
      text('A'),
      text(''),
      text(''),
      text('🙂B'),
    ])
    expect(watched().fragments(one(0x41, a, b, c), one(d, 0x42))).toEqual([text('A'), text('🙂B')])
  })

  test('of a continuation frame follows the message, as seen from a connection that was open already', () => {
    const inText = watched({}, { ...open, inbound: 'text' })
    const payload = new Uint8Array([0x82, ...bytes('rest')])
    expect(inText.frame('receive.continuation', Opcode.continuation, payload)).toEqual(text('rest'))
    const inBinary = watched({}, { ...open, inbound: 'binary' })
    expect(inBinary.frame('receive.continuation', Opcode.continuation, bytes('AB'))).toEqual(hex('4142'))
    const sending = watched({}, { ...open, outbound: 'text' })
    expect(sending.frame('send.continuation', Opcode.continuation, bytes('AB'))).toEqual(text('AB'))
  })

  test('keeps the directions apart', () => {
    const { connection, last } = watched()
    const [a, b] = bytes('é')
    connection.take(
      { type: 'receive.text', fin: false },
      { frame: new Frame(Opcode.text, new Uint8Array([a!]), false) },
    )
    connection.take({ type: 'send.text', fin: true }, { frame: new Frame(Opcode.text, bytes('x')) })
    expect(last().preview).toEqual(text('x'))
    connection.take(
      { type: 'receive.continuation', fin: true },
      { frame: new Frame(Opcode.continuation, new Uint8Array([b!])) },
    )
    expect(last().preview).toEqual(text('é'))
  })

  test('is hex if it is not UTF-8', () => {
    expect(watched().fragments(new Uint8Array([0x41, 0xff]))).toEqual([hex('41ff')])
    expect(watched().fragments(new Uint8Array([0x41, 0xc3]))).toEqual([hex('41c3')])
  })

  test('is not changed by what becomes of the payload', () => {
    const payload = bytes('before')
    const { connection, last } = watched()
    connection.take({ type: 'receive.text', fin: true }, { frame: new Frame(Opcode.text, payload) })
    payload.fill(0x78)
    expect(last().preview).toEqual(text('before'))
  })
})

describe('the preview of other frames', () => {
  test('is hex for binary, bounded', () => {
    expect(watched({ preview: 2 }).frame('receive.binary', Opcode.binary, bytes('ABC'))).toEqual(
      hex('4142', true),
    )
  })

  test('is text for a Ping or Pong that can be printed, else hex', () => {
    expect(watched().frame('receive.ping', Opcode.ping, bytes('hello ü'))).toEqual(text('hello ü'))
    expect(watched().frame('receive.pong', Opcode.pong, bytes('a\u0000b'))).toEqual(hex('610062'))
    expect(watched().frame('receive.pong', Opcode.pong, new Uint8Array([0xff]))).toEqual(hex('ff'))
  })

  test('is the reason for a Close, and all of its bytes if it is wrong', () => {
    const payload = new Uint8Array([3, 232, ...bytes('done')])
    expect(watched().frame('receive.close', Opcode.close, payload)).toEqual(text('done'))
    expect(watched().frame('receive.invalid', Opcode.close, new Uint8Array([3]))).toEqual(hex('03'))
  })

  test('is absent for an empty payload, and for all if it is set to 0', () => {
    expect(watched().frame('receive.text', Opcode.text, bytes(''))).toBeUndefined()
    const none = watched({ preview: 0 })
    expect(none.frame('receive.text', Opcode.text, bytes('secret'))).toBeUndefined()
    expect(none.frame('receive.binary', Opcode.binary, bytes('secret'))).toBeUndefined()
    expect(none.frame('receive.ping', Opcode.ping, bytes('secret'))).toBeUndefined()
    expect(none.last()).toMatchObject({ opcode: 9, length: 6 })
  })
})

describe('redact', () => {
  test('is applied to previews of text and hex, Close reasons and request paths', () => {
    const redact = (preview: string) => preview.replaceAll(/secret|6869/g, '***')
    const { connection, last, frame } = watched({ redact })
    expect(frame('receive.text', Opcode.text, bytes('a secret b'))).toEqual(text('a *** b'))
    expect(frame('receive.binary', Opcode.binary, bytes('hi'))).toEqual(hex('***'))
    expect(frame('receive.ping', Opcode.ping, bytes('secret'))).toEqual(text('***'))
    connection.take({ type: 'receive.request' }, { message: new Request('/?key=secret', { Host: 'a' }) })
    expect(last().http?.startLine).toBe('GET /?key=*** HTTP/1.1')
    connection.take({ type: 'receive.close', code: 1000, reason: 'secret' })
    expect(last().reason).toBe('***')
  })

  test.each([
    () => {
      throw new Error('no')
    },
    () => undefined as never,
  ])('that fails shows nothing rather than the secret', (redact) => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      const { frame } = watched({ redact })
      const shown = frame('receive.text', Opcode.text, bytes('secret'))
      expect(shown?.encoding).toBe('text')
      expect(shown?.data).not.toContain('secret')
    } finally {
      reported.mockRestore()
    }
  })
})

describe('an event', () => {
  test('tells how a frame stood on the wire, without bytes', () => {
    const { connection, last } = watched()
    connection.take(
      { type: 'receive.binary', fin: true, length: 4 },
      {
        frame: new Frame(Opcode.binary, new Uint8Array([1, 2, 3, 4])),
        wire: {
          headerLength: 6,
          payloadLength: 2,
          maskingKey: new Uint8Array([0, 1, 254, 255]),
          reservedBits: 4,
        },
      },
    )
    expect(last()).toEqual({
      type: 'receive.binary',
      fin: true,
      length: 4,
      opcode: 2,
      preview: hex('01020304'),
      wire: { headerLength: 6, payloadLength: 2, maskingKey: '0001feff', reservedBits: 4 },
    })
  })

  test('takes nothing that it does not know: no bytes come along', () => {
    const { connection, last } = watched()
    connection.take({ type: 'receive.ping', payload: new Uint8Array(1e6), more: { deep: [] } })
    expect(last()).toEqual({ type: 'receive.ping' })
  })

  test('tells why input was refused, where, and by which section', () => {
    const { connection, last } = watched()
    const error = violation('MASK_MISSING', { offset: 12 })
    connection.take({ type: 'receive.invalid', code: 1002, rule: 'MASK_MISSING' }, { error })
    expect(last()).toMatchObject({
      rule: 'MASK_MISSING',
      code: 1002,
      message: 'frame from a client is not masked',
      section: '5.1',
      offset: 12,
    })
  })

  test('hides the values of headers that hold credentials', () => {
    const { connection, last } = watched()
    const headers = {
      Host: 'a',
      Authorization: 'Basic eA==',
      cookie: 'id=1',
      'X-Api-Key': 'k',
      Upgrade: 'websocket',
    }
    connection.take({ type: 'receive.request' }, { message: new Request('/', headers) })
    expect(last().http).toEqual({
      startLine: 'GET / HTTP/1.1',
      headers: [
        ['Host', 'a'],
        ['Authorization', '(hidden)'],
        ['cookie', '(hidden)'],
        ['X-Api-Key', '(hidden)'],
        ['Upgrade', 'websocket'],
      ],
    })
    connection.take(
      { type: 'send.response', accepted: false },
      { message: new Response(401, 'Unauthorized', { 'Set-Cookie': 'id=2' }, bytes('body')) },
    )
    expect(last().http).toEqual({
      startLine: 'HTTP/1.1 401 Unauthorized',
      headers: [['Set-Cookie', '(hidden)']],
    })
  })

  test('stays small whatever a peer sends', () => {
    const { connection, last } = watched()
    const many = Array.from({ length: 500 }, (_, i): [string, string] => [`X-${i}`, 'v'.repeat(1_000)])
    connection.take({ type: 'receive.request' }, { message: new Request(`/${'p'.repeat(9_000)}`, many) })
    expect(JSON.stringify(last()).length).toBeLessThan(12_000)
    expect(last().http?.omitted).toBe(500 - last().http!.headers.length)
    connection.take(
      { type: 'receive.invalid', code: 1002, rule: 'r'.repeat(1e5) },
      { error: new Error('m'.repeat(1e5)) },
    )
    expect(JSON.stringify(last()).length).toBeLessThan(1_000)
    connection.take(
      { type: 'fail', code: 1011, reason: 'x'.repeat(1e5) },
      { frame: new Frame(Opcode.close, bytes('x'.repeat(1e5))) },
    )
    expect(JSON.stringify(last()).length).toBeLessThan(1_000)
  })
})
