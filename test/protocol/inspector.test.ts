/** `inspect`: an observer hears every step of the machine, with what it was about; nothing else changes. */
import { describe, expect, it } from 'vitest'
import {
  ClientProtocol,
  type ConnectionEvent,
  type Extension,
  Frame,
  type Inspector,
  type Observed,
  Protocol,
  parseUri,
  ServerProtocol,
  type StateValue,
  type StepDetails,
} from '../../src/protocol/index.ts'
import { hostRequest, requestBytes, responseBytes, sampleNonce } from './handshakes.ts'
import { established, Scene } from './scene.ts'
import { play, situations } from './situations.ts'
import { bytes, hex, Peer, peerOf, sides, word } from './wire.ts'

/** Keeps every step. */
class Recorder implements Inspector {
  observed: Observed[] = []
  attachedAt: StateValue[] = []
  events: ConnectionEvent[] = []
  details: StepDetails[] = []
  values: StateValue[] = []

  observe(connection: Observed) {
    this.observed.push(connection)
    this.attachedAt.push(connection.value)
    return {
      step: (event: ConnectionEvent, details: StepDetails) => {
        this.events.push(event)
        this.details.push({ ...details })
        this.values.push(connection.value)
      },
    }
  }

  get types() {
    return this.events.map(({ type }) => type)
  }
}

describe('an inspector', () => {
  it('is asked once by each protocol, and told its side and value', () => {
    const recorder = new Recorder()
    const protocols = [
      new ClientProtocol(parseUri('ws://x'), { inspect: recorder }),
      new ServerProtocol({ inspect: recorder }),
      new Protocol('server', { inspect: recorder }),
      new ClientProtocol(parseUri('ws://x'), { inspect: recorder, state: 'open' }),
    ]
    expect(recorder.observed).toEqual(protocols)
    expect(recorder.attachedAt.map(({ lifecycle }) => lifecycle)).toEqual([
      { connecting: 'requesting' },
      { connecting: 'awaitingRequest' },
      'open',
      'open',
    ])
    expect(recorder.events).toEqual([])
  })
})

describe('an inspector is told what a protocol takes of its peer', () => {
  it.each([
    [{}, { message: 2 ** 20, frame: null, fragments: 16384 }],
    [
      { maxSize: 5, maxFragments: null },
      { message: 5, frame: null, fragments: null },
    ],
    [
      { maxSize: { message: null, frame: 7 }, maxFragments: 3 },
      { message: null, frame: 7, fragments: 3 },
    ],
  ])('%o', (options, limits) => {
    const told: unknown[] = []
    const inspect: Inspector = {
      observe: (_, about) => {
        told.push(about)
        return { step() {} }
      },
    }
    new Protocol('server', { ...options, inspect })
    expect(told).toEqual([{ limits }])
  })
})

describe('an observer hears', () => {
  it.each(sides)('what a %s receives: the frame as it is delivered, and how it stood on the wire', (side) => {
    const inspect = new Recorder()
    const scene = new Scene(established(side, { inspect }))
    scene.receive(
      scene.peer.text('ab', false),
      scene.peer.continuation('c', true),
      scene.peer.binary(new Uint8Array(200)),
      scene.peer.ping('p'),
      scene.peer.pong('q'),
      scene.peer.close(1000, 'bye'),
    )
    expect(inspect.events).toMatchObject([
      { type: 'receive.text', fin: false, length: 2 },
      { type: 'receive.continuation', fin: true, length: 1 },
      { type: 'receive.binary', fin: true, length: 200 },
      // The automatic Pong is no event of its own.
      { type: 'receive.ping', length: 1 },
      { type: 'receive.pong', length: 1 },
      // Nor is the echo.
      { type: 'receive.close', code: 1000, reason: 'bye', length: 5 },
    ])
    expect(inspect.events).toHaveLength(6)
    expect(inspect.details.map(({ frame }) => word(frame!))).toEqual(scene.events)
    const mask = side === 'server' ? 4 : 0
    const maskingKey = side === 'server' ? hex('37fa213d') : null
    expect(inspect.details.map(({ wire }) => wire)).toEqual(
      [2, 1, 200, 1, 1, 5].map((payloadLength) => ({
        headerLength: (payloadLength > 125 ? 4 : 2) + mask,
        payloadLength,
        maskingKey,
        reservedBits: 0,
      })),
    )
    expect(inspect.values.map(({ inbound }) => inbound)).toEqual([
      'text',
      'idle',
      'idle',
      'idle',
      'idle',
      'idle',
    ])
    expect(inspect.values.at(-1)!.lifecycle).toEqual({ closing: 'acknowledged' })
  })

  it.each(sides)('what a %s sends', (side) => {
    const inspect = new Recorder()
    const protocol = established(side, { inspect, randomBytes: () => hex('01020304') })
    protocol.sendText('ab', false)
    protocol.sendContinuation('c', true)
    protocol.sendBinary(new Uint8Array(70000))
    protocol.sendPing()
    protocol.sendPong(hex('00'))
    protocol.sendClose(1000, 'bye')
    expect(inspect.events).toMatchObject([
      { type: 'send.text', fin: false, length: 2 },
      { type: 'send.continuation', fin: true, length: 1 },
      { type: 'send.binary', fin: true, length: 70000 },
      { type: 'send.ping', length: 0 },
      { type: 'send.pong', length: 1 },
      { type: 'send.close', code: 1000, reason: 'bye', length: 5 },
    ])
    const mask = side === 'client' ? 4 : 0
    expect(inspect.details.map(({ wire }) => wire)).toEqual(
      [2, 1, 70000, 0, 1, 5].map((payloadLength) => ({
        headerLength: (payloadLength > 65535 ? 10 : 2) + mask,
        payloadLength,
        maskingKey: side === 'client' ? hex('01020304') : null,
        reservedBits: 0,
      })),
    )
    expect(inspect.details[0]!.frame).toMatchObject({ opcode: 1, fin: false })
    expect(inspect.values[0]!.outbound).toBe('text')
    expect(inspect.values.at(-1)!.lifecycle).toEqual({ closing: 'initiated' })
  })

  it.each(sides)('text that a %s sends, as UTF-8, as it was written', (side) => {
    const told: string[] = []
    const inspect: Inspector = {
      observe: () => ({
        step: () => {},
        frame: (_way, { payload }, { payloadLength }) => {
          expect(payloadLength).toBe(payload.length)
          told.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload))
        },
      }),
    }
    const scene = new Scene(established(side, { inspect, randomBytes: () => hex('01020304') }))
    const texts = [
      '',
      'a',
      '\ufeffü€𝄞',
      'ü'.repeat(63),
      'a'.repeat(5_461),
      'b'.repeat(5_462),
      '€'.repeat(40_000),
    ]
    for (const text of texts) scene.protocol.sendText(text)
    scene.protocol.sendText('beg', false)
    scene.protocol.sendContinuation('inning', true)
    expect(told).toEqual([...texts, 'beg', 'inning'])
    const plain = established(side, { randomBytes: () => hex('01020304') })
    for (const text of texts) plain.sendText(text)
    plain.sendText('beg', false)
    plain.sendContinuation('inning', true)
    expect(Buffer.concat(scene.protocol.dataToSend())).toEqual(Buffer.concat(plain.dataToSend()))
  })

  it.each(sides)('frames that led to no error of a %s by themselves, if it has a method for that', (side) => {
    const told: unknown[] = []
    const steps: string[] = []
    const inspect: Inspector = {
      observe: () => ({
        step: ({ type }) => steps.push(type),
        // Good for the time of the call.
        frame: (way, frame, wire) =>
          told.push([way, word(frame), { ...wire, maskingKey: wire.maskingKey?.slice() ?? null }]),
      }),
    }
    const key = hex('01020304')
    const scene = new Scene(established(side, { inspect, randomBytes: () => key }))
    scene.receive(scene.peer.text('ab', false), scene.peer.ping('p'), scene.peer.continuation('c', true))
    scene.protocol.sendBinary(new Uint8Array(200))
    scene.receive(scene.peer.continuation('d', true))
    const wire = (sent: boolean, payloadLength: number) => {
      const masked = sent === (side === 'client')
      const headerLength = (payloadLength > 125 ? 4 : 2) + (masked ? 4 : 0)
      const maskingKey = masked ? (sent ? key : hex('37fa213d')) : null
      return { headerLength, payloadLength, maskingKey, reservedBits: 0 }
    }
    const [text, ping, continuation] = scene.events
    expect(told).toEqual([
      ['receive', text, wire(false, 2)],
      ['receive', ping, wire(false, 1)],
      ['receive', continuation, wire(false, 1)],
      ['send', word(new Frame(2, new Uint8Array(200))), wire(true, 200)],
    ])
    expect(steps).toEqual(['receive.continuation'])
  })

  it.each(sides)('why a %s refused input', (side) => {
    const inspect = new Recorder()
    const scene = new Scene(established(side, { inspect }))
    scene.receive(scene.peer.text('a'), scene.peer.frame(3))
    expect(inspect.events[1]).toMatchObject({ type: 'receive.invalid', rule: 'RESERVED_OPCODE', code: 1002 })
    expect(inspect.details[1]!.error).toBe(scene.protocol.parserError)
  })

  it.each(sides)(
    'which frame it was that a %s refused at its header, or in the middle of its text',
    (side) => {
      const masked = side === 'server'
      const header = new Recorder()
      const scene = new Scene(established(side, { inspect: header }))
      scene.receive(scene.peer.frame(11, bytes('abc')))
      expect(header.details[0]).toMatchObject({
        frame: { opcode: 11, fin: true, payload: bytes('abc') },
        wire: { headerLength: masked ? 6 : 2, payloadLength: 3, reservedBits: 0 },
      })
      const text = new Recorder()
      const other = new Scene(established(side, { inspect: text }))
      other.receive(other.peer.frame(1, Uint8Array.of(0x61, 0xff, 0x62)).subarray(0, -1))
      expect(text.events[0]).toMatchObject({ type: 'receive.invalid', rule: 'INVALID_UTF8' })
      expect(text.details[0]).toMatchObject({
        frame: { opcode: 1, payload: Uint8Array.of(0x61, 0xff) },
        wire: { headerLength: masked ? 6 : 2, payloadLength: 3 },
      })
    },
  )

  it.each(sides)('which frame broke the sequence on a %s', (side) => {
    const inspect = new Recorder()
    const scene = new Scene(established(side, { inspect }))
    scene.receive(scene.peer.continuation('a', true))
    expect(inspect.types).toEqual(['receive.continuation'])
    expect(inspect.details[0]!.error).toBe(scene.protocol.parserError)
    expect(inspect.details[0]!.frame).toMatchObject({ opcode: 0 })
    expect(inspect.values[0]!.lifecycle).toEqual({ closing: 'failed' })
  })

  it.each(sides)('that a %s failed, and how TCP ended', (side) => {
    const inspect = new Recorder()
    const protocol = established(side, { inspect })
    protocol.fail(1008, 'no')
    protocol.receiveEof({ kind: 'reset' })
    protocol.receiveEof()
    protocol.fail(1002)
    expect(inspect.events).toMatchObject([
      { type: 'fail', code: 1008, reason: 'no' },
      { type: 'receive.eof', transport: 'reset' },
    ])
    expect(inspect.events).toHaveLength(2)
    expect(inspect.details[0]!.frame).toMatchObject({ opcode: 8 })
    const silent = new Recorder()
    established(side, { inspect: silent }).fail(1006)
    expect(silent.types).toEqual(['fail.silently'])
    expect(silent.details[0]!.frame).toBeUndefined()
  })

  it.each(sides)('that the stream ended too early on a %s', (side) => {
    const inspect = new Recorder()
    const protocol = established(side, { inspect })
    protocol.receiveEof()
    expect(inspect.details[0]!.error).toBe(protocol.parserError)
    expect(inspect.values[0]!.lifecycle).toEqual({ closed: 'abnormally' })
  })

  it('the handshake of a client', () => {
    const inspect = new Recorder()
    const client = new ClientProtocol(parseUri('ws://example.com/chat'), {
      inspect,
      randomBytes: sampleNonce,
    })
    const request = client.connect()
    client.sendRequest(request)
    client.receiveData(responseBytes())
    const [response] = client.eventsReceived()
    expect(inspect.events).toEqual([{ type: 'send.request' }, { type: 'receive.response', accepted: true }])
    expect(inspect.details).toEqual([{ message: request }, { message: response }])
    expect(inspect.values.at(-1)!.lifecycle).toBe('open')
  })

  it('why the handshake of a client failed', () => {
    const inspect = new Recorder()
    const client = new ClientProtocol(parseUri('ws://example.com/chat'), { inspect })
    client.sendRequest(client.connect())
    client.receiveData(responseBytes())
    expect(inspect.events[1]).toEqual({ type: 'receive.response', accepted: false })
    expect(inspect.details[1]).toMatchObject({ error: client.handshakeError })
    const garbage = new Recorder()
    const other = new ClientProtocol(parseUri('ws://example.com/chat'), { inspect: garbage })
    other.sendRequest(other.connect())
    other.receiveData(hex('00'))
    expect(garbage.types[1]).toBe('receive.invalidHandshake')
    expect(garbage.details[1]).toMatchObject({ error: other.handshakeError })
  })

  it('the handshake of a server', () => {
    const inspect = new Recorder()
    const server = new ServerProtocol({ inspect })
    server.receiveData(requestBytes())
    const [request] = server.eventsReceived()
    if (request?.type !== 'request') throw new Error('no request')
    const response = server.accept(request)
    server.sendResponse(response)
    expect(inspect.events).toEqual([{ type: 'receive.request' }, { type: 'send.response', accepted: true }])
    expect(inspect.details).toEqual([{ message: request }, { message: response }])
  })

  it('a request that the host read, once it is accepted', () => {
    const inspect = new Recorder()
    const server = new ServerProtocol({ inspect })
    const request = hostRequest()
    server.accept(request)
    server.accept(request)
    expect(inspect.events).toEqual([{ type: 'receive.request' }])
    expect(inspect.details).toEqual([{ message: request }])
  })

  it('the answer that a server gave by itself', () => {
    const inspect = new Recorder()
    const server = new ServerProtocol({ inspect })
    server.receiveData(hex('00'))
    expect(inspect.types).toEqual(['receive.invalidHandshake'])
    expect(inspect.details[0]).toMatchObject({ error: server.handshakeError, message: { status: 400 } })
  })

  it.each(sides)('nothing of a send that a %s refused', (side) => {
    const inspect = new Recorder()
    const protocol = established(side, { inspect })
    for (const send of [
      () => protocol.sendContinuation('x', true),
      () => protocol.sendPing(new Uint8Array(126)),
      () => protocol.sendClose(1005),
      () => protocol.fail(1005),
    ]) {
      expect(send).toThrow()
    }
    expect(inspect.events).toEqual([])
  })

  it.each(sides)('the frame of a %s before extensions on sending, after them on receiving', (side) => {
    const doubling: Extension = {
      name: 'x-double',
      encode: ({ opcode, payload, fin }) =>
        new Frame(opcode, new Uint8Array([...payload, ...payload]), fin, true),
      decode: ({ opcode, payload, fin }) => new Frame(opcode, payload.slice(payload.length / 2), fin),
    }
    const inspect = new Recorder()
    const scene = new Scene(established(side, { inspect, extensions: [doubling] }))
    scene.act((protocol) => protocol.sendBinary(hex('01')))
    scene.receive(new Peer(peerOf(side)).frame(2, hex('0202'), { rsv: 4 }))
    expect(inspect.events).toMatchObject([
      { type: 'send.binary', length: 1 },
      { type: 'receive.binary', length: 1 },
    ])
    expect(inspect.details.map(({ frame }) => word(frame!))).toEqual(['binary(01)', 'binary(02)'])
    expect(inspect.details.map(({ wire }) => [wire!.payloadLength, wire!.reservedBits])).toEqual([
      [2, 4],
      [2, 4],
    ])
  })
})

describe('without an observer', () => {
  it.each(Object.values(situations).flat())('the same happens: $name', (situation) => {
    for (const side of sides) {
      const watched = new Scene(established(side, { inspect: new Recorder() }))
      situation.run(watched)
      expect(watched.outcome()).toEqual(play(situation, side).outcome())
    }
  })
})
