import { describe, expect, it } from 'vitest'
import { FLUSH_TAIL } from '../../src/deflate/codec.ts'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { codecs, connect, fitsWindow, hex, pairings, same } from './helpers.ts'

const windowBits = [8, 9, 10, 11, 12, 13, 14, 15]

/** Random bytes that repeat after `period`: a compressor wants distances of just that. */
function repeating(period: number, length: number): Uint8Array {
  let seed = period
  const start = Uint8Array.from({ length: period }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed >>> 24
  })
  return Uint8Array.from({ length }, (_, index) => start[index % period]!)
}

/** Periods at and about the window of `bits`. */
function periodsAbout(bits: number): number[] {
  const size = 2 ** bits
  return [3, size / 2, size - 262, size - 261, size - 6, size - 1, size, size + 1]
}

describe.each(pairings)('windows, $name', (pairing) => {
  it.each(windowBits)('of %i bits are inflated, in both directions', (bits) => {
    const options = { serverMaxWindowBits: bits, clientMaxWindowBits: bits }
    const { client, server } = connect({ client: options, server: options }, pairing)
    expect(client).toMatchObject({ localMaxWindowBits: bits, remoteMaxWindowBits: bits })
    expect(server).toMatchObject({ localMaxWindowBits: bits, remoteMaxWindowBits: bits })
    for (const period of periodsAbout(bits)) {
      const message = repeating(period, 2 * 2 ** bits + 600)
      for (const [sender, receiver] of [[client, server] as const, [server, client] as const]) {
        const sent = sender.encode(new Frame(Opcode.binary, message))
        expect(same(receiver.decode(sent, { maxSize: null }).payload, message)).toBe(true)
      }
    }
  })
})

describe.each(codecs)('a deflator with $name', ({ codec }) => {
  it.each(windowBits)('of %i bits looks back no further', (bits) => {
    for (const level of [1, 6]) {
      for (const period of periodsAbout(bits)) {
        const deflator = codec.createDeflator({ windowBits: bits, level, memLevel: 8 })
        const message = repeating(period, 2 * 2 ** bits + 600)
        const deflated = deflator.deflate(message)
        expect(hex(deflated.subarray(-FLUSH_TAIL.length))).toBe(hex(FLUSH_TAIL))
        expect(fitsWindow(deflated, bits, message)).toBe(true)
      }
    }
  })

  it('of 10 bits looks back too far for 9: the check above can fail', () => {
    const deflator = codec.createDeflator({ windowBits: 10, level: 6, memLevel: 8 })
    const message = repeating(600, 4096)
    const deflated = deflator.deflate(message)
    expect(fitsWindow(deflated, 10, message)).toBe(true)
    expect(fitsWindow(deflated, 9, message)).toBe(false)
  })
})
