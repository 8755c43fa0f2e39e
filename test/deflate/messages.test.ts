import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeflateExtension } from '../../src/deflate/deflate-extension.ts'
import type { DeflateOptions } from '../../src/deflate/options.ts'
import { ProtocolError } from '../../src/framing/errors.ts'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import {
  bytes,
  codecs,
  compressed,
  connect,
  extension,
  fragmented,
  hex,
  pairings,
  receive,
  same,
  utf8,
} from './helpers.ts'

const lines = utf8('the quick brown fox jumps over the lazy dog, and the dog does not mind; '.repeat(20))

/** What arrives of one message, with a check of what is on the wire. */
function pass(
  sender: DeflateExtension,
  receiver: DeflateExtension,
  fragments: readonly Uint8Array[],
): Uint8Array[] {
  return fragmented(fragments).map((frame, index) => {
    const sent = sender.encode(frame)
    expect(sent).toMatchObject({ opcode: frame.opcode, fin: frame.fin, rsv1: index === 0 })
    const received = receiver.decode(sent, { maxSize: frame.payload.length })
    expect(received).toMatchObject({ opcode: frame.opcode, fin: frame.fin, rsv1: false })
    return received.payload
  })
}

/** Bytes that are worth compressing, and bytes that are not. */
const fragment = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.string({ maxLength: 40 }).map((text) => utf8(text.repeat(30))),
  fc.nat({ max: 70_000 }).map((size) => new Uint8Array(size).fill(size)),
)

const options: fc.Arbitrary<DeflateOptions> = fc.record(
  {
    serverNoContextTakeover: fc.boolean(),
    clientNoContextTakeover: fc.boolean(),
    serverMaxWindowBits: fc.integer({ min: 8, max: 15 }),
    clientMaxWindowBits: fc.oneof(fc.integer({ min: 8, max: 15 }), fc.boolean()),
    level: fc.integer({ min: -1, max: 9 }),
    memLevel: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: [] },
)

describe.each(pairings)('messages, $name', (pairing) => {
  it('arrive as they were sent, however they are split and whatever was agreed', () => {
    const messages = fc.array(fc.array(fragment, { minLength: 1, maxLength: 5 }), { maxLength: 5 })
    fc.assert(
      fc.property(options, messages, (options, messages) => {
        const { client, server } = connect({ client: options }, pairing)
        for (const message of messages) {
          for (const received of [pass(client, server, message), pass(server, client, message)]) {
            expect(received.every((payload, index) => same(payload, message[index]!))).toBe(true)
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe.each(codecs)('a sender with $name', ({ codec }) => {
  it('leaves the payload as it was, and the frame', () => {
    const frame = new Frame(Opcode.text, lines.slice())
    const sent = extension(codec).encode(frame)
    expect(sent).not.toBe(frame)
    expect(frame).toEqual(new Frame(Opcode.text, lines))
    expect(sent.payload.length).toBeLessThan(lines.length / 4)
  })

  it('never changes what it returned before', () => {
    const sender = extension(codec)
    const first = sender.encode(new Frame(Opcode.text, lines)).payload
    const copy = hex(first)
    for (let count = 0; count < 50; count++) sender.encode(new Frame(Opcode.binary, bytes('01 02 03')))
    expect(hex(first)).toBe(copy)
  })

  it('returns bytes of their own kind, not Buffers', () => {
    const { payload } = extension(codec).encode(new Frame(Opcode.text, lines))
    expect(Object.getPrototypeOf(payload)).toBe(Uint8Array.prototype)
  })

  it('keeps RSV2 and RSV3 for the extensions that use them', () => {
    const sent = extension(codec).encode(new Frame(Opcode.text, lines, true, false, true, true))
    expect(sent).toMatchObject({ rsv1: true, rsv2: true, rsv3: true })
  })

  it.each([Opcode.close, Opcode.ping, Opcode.pong])(
    'passes a control frame of opcode %i as it is',
    (opcode) => {
      const frame = new Frame(opcode, utf8('Hello'))
      expect(extension(codec).encode(frame)).toBe(frame)
    },
  )

  it('passes a control frame inside a fragmented message as it is', () => {
    const sender = extension(codec)
    const ping = new Frame(Opcode.ping, utf8('ping'))
    const first = sender.encode(new Frame(Opcode.text, utf8('Hel'), false))
    expect(sender.encode(ping)).toBe(ping)
    const last = sender.encode(new Frame(Opcode.continuation, utf8('lo')))
    expect(receive(extension(codec), [first, last])).toBe('Hello')
  })

  it('sends an empty message as one octet, again and again', () => {
    const { client, server } = connect({}, { local: codec, remote: codec })
    for (const text of ['', '', 'Hello', '', '', 'Hello', '']) {
      const sent = client.encode(new Frame(Opcode.text, utf8(text)))
      if (text === '') expect(hex(sent.payload)).toBe('00')
      expect(sent.rsv1).toBe(true)
      expect(receive(server, [sent])).toBe(text)
    }
  })

  it('flushes each fragment, so that it can be read when it arrives', () => {
    const { client, server } = connect({}, { local: codec, remote: codec })
    const fragments = ['one ', '', 'two ', 'two ', 'three'].map(utf8)
    expect(pass(client, server, fragments).map(hex)).toEqual(fragments.map(hex))
  })

  it.each([-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('compresses at level %i', (level) => {
    const { client, server } = connect({ client: { level } }, { local: codec, remote: codec })
    const noise = Uint8Array.from({ length: 70_000 }, (_, index) => (index * index * 40503) >>> 7)
    for (const message of [lines, noise, lines]) {
      expect(same(pass(client, server, [message])[0]!, message)).toBe(true)
    }
  })

  it('sends less with context takeover', () => {
    const sender = extension(codec)
    const first = sender.encode(new Frame(Opcode.text, lines)).payload.length
    expect(sender.encode(new Frame(Opcode.text, lines)).payload.length).toBeLessThan(first / 2)
  })

  it('starts each message anew without context takeover', () => {
    const sender = extension(codec, { clientNoContextTakeover: true })
    expect(sender.localNoContextTakeover).toBe(true)
    for (let count = 0; count < 3; count++) {
      expect(hex(sender.encode(new Frame(Opcode.text, utf8('Hello'))).payload)).toBe('f2 48 cd c9 c9 07 00')
    }
  })

  it('does not mix fragmented messages of connections without context takeover', () => {
    const agreed = { clientNoContextTakeover: true, serverNoContextTakeover: true }
    const pairs = [1, 2, 3].map(() => connect({ client: agreed }, { local: codec, remote: codec }))
    for (let round = 0; round < 3; round++) {
      const received = pairs.map(() => '')
      for (const [step, word] of ['Hello ', 'Hello ', 'Hello'].entries()) {
        for (const [index, { client, server }] of pairs.entries()) {
          const opcode = step === 0 ? Opcode.text : Opcode.continuation
          const sent = client.encode(new Frame(opcode, utf8(`${index} ${word}`), step === 2))
          received[index] += receive(server, [sent])
        }
      }
      expect(received).toEqual([0, 1, 2].map((index) => `${index} Hello ${index} Hello ${index} Hello`))
    }
  })
})

describe.each(codecs)('the threshold with $name', ({ codec }) => {
  it('leaves shorter messages uncompressed', () => {
    const sender = extension(codec, { threshold: 5 })
    const short = new Frame(Opcode.text, utf8('Hell'))
    expect(sender.encode(short)).toBe(short)
    expect(sender.encode(new Frame(Opcode.text, utf8('Hello'))).rsv1).toBe(true)
    expect(sender.encode(new Frame(Opcode.text, utf8(''))).rsv1).toBe(false)
  })

  it('does not hold for a fragmented message, whose length is unknown', () => {
    const sender = extension(codec, { threshold: 1000 })
    const frames = fragmented(['', 'Hel', 'lo'].map(utf8)).map((frame) => sender.encode(frame))
    expect(frames.map((frame) => frame.rsv1)).toEqual([true, false, false])
    expect(receive(extension(codec), frames)).toBe('Hello')
  })

  it('lets compressed and uncompressed messages alternate', () => {
    const { client, server } = connect({ client: { threshold: 10 } }, { local: codec, remote: codec })
    for (const text of ['Hello Hello', 'Hello', 'Hello Hello', 'Hello', 'Hello Hello Hello']) {
      const sent = client.encode(new Frame(Opcode.text, utf8(text)))
      expect(sent.rsv1).toBe(text.length >= 10)
      expect(receive(server, [sent])).toBe(text)
    }
  })
})

describe.each(codecs)('a receiver with $name', ({ codec }) => {
  it('passes an uncompressed message as it is, fragmented or not', () => {
    const receiver = extension(codec)
    for (const frame of [...fragmented([lines]), ...fragmented([lines, lines, lines])]) {
      expect(receiver.decode(frame, { maxSize: 1 })).toBe(frame)
    }
  })

  it('takes uncompressed messages between compressed ones', () => {
    const receiver = extension(codec)
    expect(receive(receiver, compressed('f2 48 cd', 'c9 c9 07 00'))).toBe('Hello')
    expect(receive(receiver, fragmented([utf8('He'), utf8('llo')]))).toBe('Hello')
    expect(receive(receiver, compressed('f2 00', '11 00 00'))).toBe('Hello')
  })

  it('leaves control frames alone, in the middle of a message too, and their RSV1 to be refused', () => {
    const receiver = extension(codec)
    const [first, last] = compressed('f2 48 cd', 'c9 c9 07 00')
    const ping = new Frame(Opcode.ping, utf8('Hello'), true, true)
    const start = receive(receiver, [first!])
    expect(receiver.decode(ping, { maxSize: null })).toBe(ping)
    expect(ping.rsv1).toBe(true)
    expect(start + receive(receiver, [last!])).toBe('Hello')
  })

  it('refuses RSV1 on a continuation frame, of a compressed message or not', () => {
    for (const rsv1 of [true, false]) {
      const receiver = extension(codec)
      receiver.decode(new Frame(Opcode.text, bytes('f2 48 cd'), false, rsv1), { maxSize: null })
      const next = new Frame(Opcode.continuation, bytes('c9 c9 07 00'), true, true)
      expect(() => receiver.decode(next, { maxSize: null })).toThrow(ProtocolError)
    }
  })

  it('leaves the payload as it was, and keeps RSV2 and RSV3', () => {
    const payload = bytes('f2 48 cd c9 c9 07 00')
    const received = extension(codec).decode(new Frame(Opcode.text, payload, true, true, true, true), {
      maxSize: null,
    })
    expect(received).toEqual(new Frame(Opcode.text, utf8('Hello'), true, false, true, true))
    expect(hex(payload)).toBe('f2 48 cd c9 c9 07 00')
  })

  it('reads a message an octet a frame', () => {
    const octets = 'f2 48 cd c9 c9 07 00'.split(' ')
    expect(receive(extension(codec), compressed(...octets))).toBe('Hello')
  })

  it('can be closed, used or not', () => {
    const unused = extension(codec)
    unused.close()
    const used = extension(codec)
    receive(used, [used.encode(new Frame(Opcode.text, lines))])
    used.close()
    used.close()
  })
})
