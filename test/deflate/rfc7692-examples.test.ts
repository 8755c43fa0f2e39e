import { describe, expect, it } from 'vitest'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { codecs, compressed, extension, hex, receive, utf8 } from './helpers.ts'

const hello = new Frame(Opcode.text, utf8('Hello'))

describe.each(codecs)('examples of RFC 7692, section 7.2.3, with $name', ({ codec }) => {
  it('7.2.3.1: sends a message in one compressed block', () => {
    const frame = extension(codec).encode(hello)
    expect(hex(frame.payload)).toBe('f2 48 cd c9 c9 07 00')
    expect(frame).toMatchObject({ opcode: Opcode.text, fin: true, rsv1: true, rsv2: false, rsv3: false })
  })

  it('7.2.3.1: receives a message in one compressed block', () => {
    expect(receive(extension(codec), compressed('f2 48 cd c9 c9 07 00'))).toBe('Hello')
  })

  it('7.2.3.1: receives it fragmented', () => {
    expect(receive(extension(codec), compressed('f2 48 cd', 'c9 c9 07 00'))).toBe('Hello')
  })

  it('7.2.3.2: shares the sliding window', () => {
    const sender = extension(codec)
    const receiver = extension(codec)
    expect(hex(sender.encode(hello).payload)).toBe('f2 48 cd c9 c9 07 00')
    expect(hex(sender.encode(hello).payload)).toBe('f2 00 11 00 00')
    expect(receive(receiver, compressed('f2 48 cd c9 c9 07 00'))).toBe('Hello')
    expect(receive(receiver, compressed('f2 00 11 00 00'))).toBe('Hello')
  })

  it('7.2.3.3: receives a block with no compression', () => {
    expect(receive(extension(codec), compressed('00 05 00 fa ff 48 65 6c 6c 6f 00'))).toBe('Hello')
  })

  it('7.2.3.4: receives a block with BFINAL set', () => {
    const receiver = extension(codec)
    for (let count = 0; count < 3; count++) {
      expect(receive(receiver, compressed('f3 48 cd c9 c9 07 00 00'))).toBe('Hello')
    }
  })

  it('7.2.3.5: receives two blocks in one message', () => {
    const frames = compressed('f2 48 05 00 00 00 ff ff ca c9 c9 07 00')
    expect(receive(extension(codec), frames)).toBe('Hello')
  })

  it('7.2.3.6: sends and receives an empty fragment', () => {
    const sender = extension(codec)
    const first = sender.encode(new Frame(Opcode.text, utf8('Hello'), false))
    const last = sender.encode(new Frame(Opcode.continuation, new Uint8Array(0)))
    expect(hex(first.payload)).toBe('f2 48 cd c9 c9 07 00 00 00 ff ff')
    expect(hex(last.payload)).toBe('00')
    expect(receive(extension(codec), [first, last])).toBe('Hello')
  })
})

describe.each(codecs)('final blocks (BFINAL) with $name', ({ codec }) => {
  it('leave the window to the messages behind them', () => {
    const receiver = extension(codec)
    expect(receive(receiver, compressed('f2 48 cd c9 c9 07 00'))).toBe('Hello')
    expect(receive(receiver, compressed('01 01 00 fe ff 21 00'))).toBe('!')
    // A length of 5 at a distance of 5: over the final block into the message before.
    expect(receive(receiver, compressed('02 13 00 00'))).toBe('ello!')
  })

  it('leave the window to the blocks behind them', () => {
    const frames = compressed('f3 48 cd c9 c9 07 00 f3 00 11 00 f2 00 11 00 00')
    expect(receive(extension(codec), frames)).toBe('HelloHelloHello')
  })

  it('may end a message without a trailing block', () => {
    const receiver = extension(codec)
    for (let count = 0; count < 3; count++) {
      expect(receive(receiver, compressed('f3 48 cd c9 c9 07 00'))).toBe('Hello')
    }
    expect(receive(receiver, compressed('f2 00 11 00 00'))).toBe('Hello')
  })

  it('may end a fragment', () => {
    const receiver = extension(codec)
    expect(receive(receiver, compressed('f3 48 cd c9 c9 07 00', '00'))).toBe('Hello')
    expect(receive(receiver, compressed('f3 48 cd c9 c9 07 00', ''))).toBe('Hello')
    expect(receive(receiver, compressed('f3 48 cd c9 c9 07 00', 'f2 00 11 00 00'))).toBe('HelloHello')
  })

  it('count for the limit, whichever stream they end', () => {
    const frames = compressed('f3 48 cd c9 c9 07 00 f3 00 11 00 f2 00 11 00 00')
    expect(receive(extension(codec), frames, 15)).toBe('HelloHelloHello')
    for (const maxSize of [14, 10, 9, 5, 4]) {
      expect(() => receive(extension(codec), frames, maxSize)).toThrow(/too big/)
    }
  })

  it('are forgotten with the window where there is no context takeover', () => {
    const options = { serverNoContextTakeover: true }
    const receiver = extension(codec, options)
    expect(receiver.remoteNoContextTakeover).toBe(true)
    expect(receive(receiver, compressed('f3 48 cd c9 c9 07 00 00'))).toBe('Hello')
    expect(receive(receiver, compressed('f2 48 cd c9 c9 07 00'))).toBe('Hello')
    expect(() => receive(receiver, compressed('f2 00 11 00 00'))).toThrow(/corrupt/)
  })
})
