/** RFC 6455, section 9: extensions transform frames, the last negotiated first on receiving. */
import { describe, expect, it } from 'vitest'
import {
  type ClientExtensionFactory,
  type Extension,
  Frame,
  InvalidPayloadError,
  PayloadTooBigError,
  ProtocolError,
  type ServerExtensionFactory,
} from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { awaitingResponse, deciding, requestBytes, responseBytes } from './handshakes.ts'
import { established, eventWord, Scene } from './scene.ts'
import { bytes, hex, Peer, peerOf, sides, words } from './wire.ts'

const isData = (frame: Frame) => frame.opcode < 8

const change = (frame: Frame, payload: Uint8Array, rsv1 = frame.rsv1, rsv2 = frame.rsv2, rsv3 = frame.rsv3) =>
  new Frame(frame.opcode, payload, frame.fin, rsv1, rsv2, rsv3)

/** Appends a mark to data on sending and takes it away on receiving, so that the order of extensions shows. */
const marking = (name: string, mark: string, log: string[] = []): Extension => ({
  name,
  encode(frame) {
    log.push(`${name} encodes ${frame.opcode}`)
    return isData(frame) ? change(frame, bytes(new TextDecoder().decode(frame.payload) + mark)) : frame
  },
  decode(frame) {
    log.push(`${name} decodes ${frame.opcode}`)
    if (!isData(frame)) return frame
    const text = new TextDecoder().decode(frame.payload)
    if (!text.endsWith(mark)) throw new InvalidPayloadError(`no ${mark}`, { code: 'NO_MARK', section: 'x' })
    return change(frame, bytes(text.slice(0, -mark.length)))
  },
})

/** XORs data with 0x20 and says so with RSV1 in its first frame. */
const flipping: Extension = {
  name: 'x-flip',
  encode: (frame) =>
    isData(frame)
      ? change(
          frame,
          frame.payload.map((byte) => byte ^ 0x20),
          frame.opcode !== 0,
        )
      : frame,
  decode: (frame) =>
    isData(frame)
      ? change(
          frame,
          frame.payload.map((byte) => byte ^ 0x20),
          false,
        )
      : frame,
}

/** Receives only; `decode` is told what it is given. */
const decoding = (decode: Extension['decode']): Extension => ({
  name: 'x-decode',
  encode: (frame) => frame,
  decode,
})

describe('an extension', () => {
  it.each(sides)('of a %s encodes in the order of negotiation and decodes in reverse', (side) => {
    const log: string[] = []
    const extensions = () => [marking('one', '1', log), marking('two', '2', log)]
    const scene = new Scene(established(side, { extensions: extensions() }))
    scene.act((protocol) => protocol.sendText('a'))
    expect(scene.wire).toEqual(['text(a12)'])
    expect(log.splice(0)).toEqual(['one encodes 1', 'two encodes 1'])
    scene.receive(scene.peer.text('b12'))
    expect(scene.events).toEqual(['text(b)'])
    expect(log.splice(0)).toEqual(['two decodes 1', 'one decodes 1'])
  })

  it.each(sides)('of a %s sees every frame, control frames too', (side) => {
    const log: string[] = []
    const scene = new Scene(established(side, { extensions: [marking('x', '!', log)] }))
    scene.receive(scene.peer.ping('p'), scene.peer.pong('q'), scene.peer.close(1000))
    expect(log).toEqual(['x decodes 9', 'x encodes 10', 'x decodes 10', 'x decodes 8', 'x encodes 8'])
    expect(scene.wire.slice(0, 2)).toEqual(['pong(p)', 'close(1000)'])
  })

  it.each(sides)('of a %s may set reserved bits, and has to take them away', (side) => {
    const scene = new Scene(established(side, { extensions: [flipping] }))
    scene
      .act((protocol) => protocol.sendText('Hi', false))
      .act((protocol) => protocol.sendContinuation('!', true))
    expect(scene.wire).toEqual(['text¹(hI)+', 'continuation(01)'])
    scene.receive(scene.peer.frame(1, 'hI', { rsv: 4 }))
    expect(scene.events).toEqual(['text(Hi)'])
  })

  it.each(sides)('of a %s that leaves a reserved bit set fails the connection', (side) => {
    for (const opcode of [1, 2, 9]) {
      const scene = new Scene(
        established(side, {
          extensions: [{ ...decoding((frame) => frame), reservedBit: 1 }],
        }),
      )
      const before = scene.peer.text('x')
      scene.receive(before, scene.peer.frame(opcode, 'hI', { rsv: 2 }))
      expect(scene.protocol.parserError).toMatchObject({ code: 'RESERVED_BITS', offset: before.length })
      expect(scene.events).toEqual(['text(x)'])
      expect(scene.wire[0]).toMatch('close(1002 ')
    }
  })

  it.each(sides)('of a %s is shown in extensions', (side) => {
    const extensions = [marking('one', '1'), flipping]
    expect(established(side, { extensions }).extensions).toEqual(extensions)
    expect(established(side).extensions).toEqual([])
  })

  it.each(sides)('of a %s is not given a frame that may not be sent', (side) => {
    const log: string[] = []
    const protocol = established(side, { extensions: [marking('x', '!', log)] })
    thrownBy(() => protocol.sendContinuation('a', true))
    thrownBy(() => protocol.sendPing(new Uint8Array(126)))
    thrownBy(() => protocol.sendClose(1005))
    protocol.fail(1011)
    log.length = 0
    thrownBy(() => protocol.sendText('a'))
    expect(log).toEqual([])
  })
})

describe('maxSize, as decode() is told it', () => {
  it('is what is left of the message, or of the frame if that is less; null without a limit, and for control frames', () => {
    const told = (maxSize: Parameters<typeof established>[1] & object) => {
      const sizes: (number | null)[] = []
      const scene = new Scene(
        established('client', {
          ...maxSize,
          extensions: [
            decoding((frame, options) => {
              sizes.push(options.maxSize)
              return isData(frame) ? change(frame, new Uint8Array(frame.payload.length * 2)) : frame
            }),
          ],
        }),
      )
      scene.receive(
        scene.peer.binary('abc', false),
        scene.peer.ping(''),
        scene.peer.continuation('d', true),
        scene.peer.binary(''),
      )
      expect(scene.protocol.state).toBe('open')
      return sizes
    }
    expect(told({ maxSize: 10 })).toEqual([10, null, 4, 10])
    expect(told({ maxSize: { message: 10, frame: 7 } })).toEqual([7, null, 4, 7])
    expect(told({ maxSize: null })).toEqual([null, null, null, null])
    expect(told({})).toEqual([2 ** 20, null, 2 ** 20 - 6, 2 ** 20])
  })

  it.each(sides)('holds on a %s for what came out, if decode() does not heed it', (side) => {
    for (const [maxSize, code] of [
      [10, 'MESSAGE_TOO_BIG'],
      [{ frame: 10 }, 'FRAME_TOO_BIG'],
    ] as const) {
      const extensions = [decoding((frame) => change(frame, new Uint8Array(11)))]
      const scene = new Scene(established(side, { maxSize, extensions }))
      scene.receive(scene.peer.binary('a'))
      expect(scene.protocol.parserError).toBeInstanceOf(PayloadTooBigError)
      expect(scene.protocol.parserError).toMatchObject({ code, offset: 0 })
    }
  })
})

describe('what decode() throws', () => {
  const about = { code: 'X_BROKEN', section: 'RFC 0000 1' }
  it.each([
    [new ProtocolError('wrong', about), 1002],
    [new InvalidPayloadError('corrupt', about), 1007],
    [new PayloadTooBigError('too big', about), 1009],
  ])('as %s fails the connection with its code, reason and place', (error, code) => {
    for (const side of sides) {
      const make = () => new (error.constructor as typeof ProtocolError)(error.message, about)
      const scene = new Scene(
        established(side, {
          extensions: [
            decoding((frame) => {
              if (frame.payload.length > 1) throw make()
              return frame
            }),
          ],
        }),
      )
      const before = scene.peer.text('a')
      scene.receive(before, scene.peer.text('ab'), scene.peer.text('c'))
      expect(scene.events).toEqual(['text(a)'])
      expect(scene.wire[0]).toBe(`close(${code} ${error.message})`)
      expect(scene.protocol.parserError).toMatchObject({ ...about, closeCode: code, offset: before.length })
      expect(scene.protocol.value.lifecycle).toEqual({ closing: 'failed' })
    }
  })

  it.each([
    ['an error of its own', new RangeError('secret')],
    ['something that is no error', 'secret'],
    ['nothing', undefined],
  ])('as %s fails the connection with 1011, and the peer is not told it', (_, thrown) => {
    for (const side of sides) {
      const scene = new Scene(
        established(side, {
          extensions: [
            decoding(() => {
              throw thrown
            }),
          ],
        }),
      )
      scene.receive(scene.peer.text('a'), scene.peer.text('b'))
      expect(scene.events).toEqual([])
      expect(scene.wire).toEqual(side === 'server' ? ['close(1011)', 'EOF'] : ['close(1011)'])
      const { parserError } = scene.protocol
      expect(parserError).toBeInstanceOf(Error)
      expect(parserError === thrown || parserError!.cause === thrown).toBe(true)
    }
  })
})

describe('what encode() throws', () => {
  const breaking = (opcodes: number[]): Extension => ({
    name: 'x-break',
    encode(frame) {
      if (opcodes.includes(frame.opcode)) throw new RangeError('cannot encode')
      return frame
    },
    decode: (frame) => frame,
  })

  it.each(sides)('for data reaches the caller on a %s: nothing was sent, nothing changed', (side) => {
    const protocol = established(side, { extensions: [breaking([1])] })
    expect(thrownBy(() => protocol.sendText('a', false))).toBeInstanceOf(RangeError)
    expect(protocol.dataToSend()).toEqual([])
    expect(protocol.value.outbound).toBe('idle')
  })

  it.each(sides)('for a Close reaches the caller on a %s: nothing was sent, nothing changed', (side) => {
    const protocol = established(side, { extensions: [breaking([8])] })
    expect(thrownBy(() => protocol.sendClose(1000))).toBeInstanceOf(RangeError)
    expect(protocol.dataToSend()).toEqual([])
    expect(protocol.closeSent).toBeNull()
    expect(protocol.value.lifecycle).toBe('open')
  })

  it.each(sides)('for an automatic Pong does not make receiveData() of a %s throw', (side) => {
    const protocol = established(side, { extensions: [breaking([10])] })
    expect(() => protocol.receiveData(new Peer(peerOf(side)).ping('a'))).not.toThrow()
    expect(protocol.value.lifecycle).toEqual({ closing: 'failed' })
    expect(words(side, protocol.dataToSend())[0]).toBe('close(1011)')
  })
})

describe('what encode() makes too long for a control frame', () => {
  const padding: Extension = {
    name: 'x-pad',
    encode: (frame) => (isData(frame) ? frame : change(frame, new Uint8Array(126))),
    decode: (frame) => frame,
  }

  it.each(sides)('is refused to the caller on a %s: nothing was sent, nothing changed', (side) => {
    const protocol = established(side, { extensions: [padding] })
    expect(thrownBy(() => protocol.sendPing())).toBeInstanceOf(ProtocolError)
    expect(thrownBy(() => protocol.sendClose(1000))).toBeInstanceOf(ProtocolError)
    expect(protocol.dataToSend()).toEqual([])
    expect(protocol.closeSent).toBeNull()
    expect(protocol.value.lifecycle).toBe('open')
  })

  it.each(sides)('does not make receiveData() of a %s throw', (side) => {
    for (const method of ['ping', 'close'] as const) {
      const protocol = established(side, { extensions: [padding] })
      expect(() => protocol.receiveData(new Peer(peerOf(side))[method]())).not.toThrow()
      expect(protocol.state).toBe('closing')
      expect(protocol.closeSent).not.toBeNull()
    }
  })
})

describe('an extension that names its reserved bit', () => {
  const marked = (reservedBit: 1 | 2 | 3): Extension => ({
    ...flipping,
    reservedBit,
    encode: (frame) =>
      isData(frame)
        ? change(
            frame,
            frame.payload.map((byte) => byte ^ 0x20),
            reservedBit === 1,
            reservedBit === 2,
            reservedBit === 3,
          )
        : frame,
    decode: (frame) =>
      frame.rsv1 || frame.rsv2 || frame.rsv3
        ? change(
            frame,
            frame.payload.map((byte) => byte ^ 0x20),
            false,
            false,
            false,
          )
        : frame,
  })

  it.each([1, 2, 3] as const)('leaves the others reserved: %i', (reservedBit) => {
    const bit = 8 >> reservedBit
    for (const side of sides) {
      for (const rsv of [1, 2, 3, 4, 5, 6, 7]) {
        const scene = new Scene(established(side, { extensions: [marked(reservedBit)] }))
        scene.receive(scene.peer.frame(1, 'HI', { rsv }))
        if (rsv === bit) expect(scene.events).toEqual(['text(hi)'])
        else expect(scene.protocol.parserError).toMatchObject({ code: 'RESERVED_BITS', offset: 0 })
      }
    }
  })

  it.each(sides)('lets text of a %s that does not bear it be checked as it arrives', (side) => {
    const scene = new Scene(established(side, { extensions: [marked(1)] }))
    scene.receive(scene.peer.text('é'), scene.peer.frame(1, hex('e389'), { rsv: 4 }))
    scene.receive(scene.peer.text('a', false), scene.peer.ping(''))
    expect(scene.protocol.state).toBe('open')
    scene.receive(scene.peer.continuation(hex('61 ff 61 61'), true).slice(0, -2))
    expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
  })

  it.each(sides)('has text of a %s that bears it checked once it is decoded', (side) => {
    const scene = new Scene(established(side, { extensions: [marked(2)] }))
    scene.receive(scene.peer.frame(1, hex('e3'), { fin: false, rsv: 2 }))
    scene.receive(scene.peer.frame(9, 'p'))
    expect(scene.events).toEqual(['text(c3)+', 'ping(p)'])
    // This fragment bears no bit, so this extension leaves it alone.
    scene.receive(scene.peer.continuation(hex('a9'), true), scene.peer.text(hex('c3')))
    expect(scene.events.slice(2)).toEqual(['continuation(a9)'])
    expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
  })
})

describe('text behind an extension', () => {
  it.each(sides)('is checked for UTF-8 by a %s after it was decoded', (side) => {
    const scene = new Scene(established(side, { extensions: [flipping] }))
    // Not UTF-8 on the wire, but once it is flipped: é is C3 A9.
    scene.receive(scene.peer.frame(1, hex('e389'), { rsv: 4 }))
    expect(scene.events).toEqual(['text(c3a9)'])
    // UTF-8 on the wire, but not once it is flipped.
    scene.receive(scene.peer.frame(1, hex('c3a9'), { rsv: 4 }), scene.peer.text('x'))
    expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8', closeCode: 1007 })
    expect(scene.events).toHaveLength(1)
    expect(scene.wire[0]).toMatch('close(1007 ')
  })

  it.each(sides)('is checked by a %s over fragments', (side) => {
    const begin = (scene: Scene) => scene.receive(scene.peer.frame(1, hex('e3'), { fin: false, rsv: 4 }))
    const good = begin(new Scene(established(side, { extensions: [flipping] })))
    good.receive(
      good.peer.continuation('', false),
      good.peer.ping(''),
      good.peer.continuation(hex('89'), true),
    )
    expect(good.protocol.state).toBe('open')
    good.receive(good.peer.frame(1, 'HI', { rsv: 4 }))
    expect(good.events.at(-1)).toBe('text(hi)')
    const cut = begin(new Scene(established(side, { extensions: [flipping] })))
    cut.receive(cut.peer.continuation('', true))
    expect(cut.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
    const bad = begin(new Scene(established(side, { extensions: [flipping] })))
    bad.receive(bad.peer.continuation('a', false))
    expect(bad.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
  })

  it.each(sides)('is not checked by a %s if it is binary', (side) => {
    const scene = new Scene(established(side, { extensions: [flipping] }))
    scene.receive(
      scene.peer.frame(2, hex('df'), { fin: false, rsv: 4 }),
      scene.peer.continuation(hex('df'), true),
    )
    expect(scene.protocol.state).toBe('open')
  })

  it.each(sides)('is checked by a %s once its frame is whole: only then it can be decoded', (side) => {
    const scene = new Scene(established(side, { extensions: [decoding((frame) => frame)] }))
    const data = scene.peer.text(hex('ff 61 61 61'))
    scene.receive(data.slice(0, -1))
    expect(scene.protocol.state).toBe('open')
    scene.receive(data.slice(-1))
    expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
  })
})

describe('an extension that marks what it transforms by a reserved bit', () => {
  const marking: Extension = { ...decoding((frame) => frame), reservedBit: 1 }

  it.each(sides)('has text without it checked by a %s as it arrives', (side) => {
    const scene = new Scene(established(side, { extensions: [marking] }))
    scene.receive(
      scene.peer.text(hex('61'), false),
      scene.peer.continuation(hex('ff 61 61'), true).slice(0, -1),
    )
    expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
  })

  it.each(sides)(
    'has text with it checked by a %s behind decode() only, to the end of its message',
    (side) => {
      const scene = new Scene(established(side, { extensions: [{ ...flipping, reservedBit: 1 }] }))
      scene.receive(
        scene.peer.frame(1, hex('e3'), { fin: false, rsv: 4 }),
        scene.peer.continuation(hex('89'), true),
      )
      expect(scene.events).toHaveLength(2)
      scene.receive(scene.peer.frame(1, hex('c3a9'), { rsv: 4 }))
      expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
    },
  )

  it.each(sides)('has the other reserved bits refused by a %s before the payload is there', (side) => {
    const scene = new Scene(established(side, { extensions: [marking] }))
    scene.receive(scene.peer.frame(1, 'hello', { rsv: 2 }).slice(0, -1))
    expect(scene.protocol.parserError).toMatchObject({ code: 'RESERVED_BITS' })
  })
})

describe('a negotiated extension', () => {
  const client: ClientExtensionFactory = {
    name: 'x-flip',
    getRequestParams: () => [],
    processResponseParams: () => flipping,
  }
  const server: ServerExtensionFactory = { name: 'x-flip', processRequestParams: () => [[], flipping] }

  it('is used by a client from the first frame on', () => {
    const scene = new Scene(awaitingResponse({ extensions: [client] }))
    scene.receive(
      responseBytes({ 'Sec-WebSocket-Extensions': 'x-flip' }),
      scene.peer.frame(1, 'HI', { rsv: 4 }),
    )
    expect(scene.events[1]).toBe('text(hi)')
    scene.act((protocol) => protocol.sendText('hi'))
    expect(scene.wire).toEqual(['text¹(HI)'])
  })

  it('is used by a server from the first frame on, also for what it held', () => {
    const [protocol, request] = deciding(
      { extensions: [server] },
      requestBytes({ 'Sec-WebSocket-Extensions': 'x-flip' }),
    )
    protocol.receiveData(new Peer('client').frame(1, 'HI', { rsv: 4 }))
    protocol.sendResponse(protocol.accept(request))
    expect(protocol.eventsReceived().map(eventWord)).toEqual(['text(hi)'])
  })

  it('that was not accepted is not used', () => {
    const scene = new Scene(awaitingResponse({ extensions: [client] }))
    scene.receive(responseBytes()).act((protocol) => protocol.sendText('hi'))
    expect(scene.wire).toEqual(['text(hi)'])
    scene.receive(scene.peer.frame(1, 'HI', { rsv: 4 }))
    expect(scene.protocol.parserError).toMatchObject({ code: 'RESERVED_BITS' })
  })

  it('whose factory breaks is an answer of 500 on the server, a HandshakeError on the client', () => {
    const broken = () => {
      throw new RangeError('secret')
    }
    const [protocol, request] = deciding(
      { extensions: [{ name: 'x-flip', processRequestParams: broken }] },
      requestBytes({ 'Sec-WebSocket-Extensions': 'x-flip' }),
    )
    expect(protocol.accept(request).status).toBe(500)
    const scene = new Scene(awaitingResponse({ extensions: [{ ...client, processResponseParams: broken }] }))
    scene.receive(responseBytes({ 'Sec-WebSocket-Extensions': 'x-flip' }))
    expect(scene.protocol.handshakeError).toMatchObject({ code: 'INTERNAL_ERROR' })
    expect(scene.wire).toEqual(['EOF'])
  })
})
