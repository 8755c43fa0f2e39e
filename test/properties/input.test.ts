/** Whatever a peer sends where compression was negotiated; without it, `test/protocol/fuzz.test.ts` does. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { permessageDeflate } from '../../src/deflate/node.ts'
import type { Protocol } from '../../src/protocol/index.ts'
import { MASKING_KEY, pair, rawFrame } from '../../src/testing/index.ts'
import { Scene } from '../protocol/scene.ts'
import { cuts, pieces } from './wire.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

const sides = ['client', 'server'] as const

/** What the other side would send, compressed, to start from. */
function streamsOf(side: 'client' | 'server'): Uint8Array[] {
  return [1, 2, 3].map((count) => {
    const joined = open()
    const from = side === 'client' ? joined.server : joined.client
    for (let turn = 0; turn < count; turn++) {
      from.sendText('some text that repeats, repeats, repeats', turn % 2 === 1)
      if (turn % 2 === 0) from.sendContinuation('and its end', true)
      from.sendPing(Uint8Array.of(turn))
      from.sendBinary(new Uint8Array(200).fill(turn))
    }
    return Buffer.concat(from.dataToSend())
  })
}

const open = () => {
  const options = {
    extensions: [permessageDeflate()],
    maxSize: { message: 600, frame: 400 },
    maxFragments: 4,
  }
  return pair({ client: options, server: options })
}

const fresh = (side: 'client' | 'server'): Protocol => open()[side]

const change = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'insert', 'rsv1'))

const streamFor = (side: 'client' | 'server') => {
  const whole = fc.constantFrom(...streamsOf(side))
  const compressed = fc
    .tuple(fc.uint8Array({ maxLength: 60 }), fc.boolean(), fc.nat(2))
    .map(([payload, fin, opcode]) =>
      rawFrame({ payload, fin, opcode, rsv1: true, maskingKey: side === 'server' ? MASKING_KEY : null }),
    )
  return fc.oneof(
    fc.tuple(whole, fc.array(change, { maxLength: 4 })).map(([stream, changes]) => {
      const bytes = [...stream]
      for (const [place, byte, how] of changes) {
        const at = place % Math.max(1, bytes.length)
        if (how === 'rsv1') bytes[at] = (bytes[at] ?? 0) ^ 0x40
        else bytes.splice(at, how === 'insert' ? 0 : 1, ...(how === 'cut' ? [] : [byte]))
      }
      return Uint8Array.from(bytes)
    }),
    fc.array(compressed, { maxLength: 5 }).map((frames) => Uint8Array.from(Buffer.concat(frames))),
  )
}

describe.each(sides)('a %s with permessage-deflate', (side) => {
  it('never throws for any bytes, and says the same however they were cut', () => {
    fc.assert(
      fc.property(streamFor(side), cuts, (stream, cuts) => {
        const told = (input: Uint8Array[], feeding: 'whole' | 'byte by byte' | 'stepping') => {
          const scene = new Scene(fresh(side), feeding)
          scene.receive(...input).eof()
          return scene.outcome()
        }
        const whole = told([stream], 'whole')
        expect(told(pieces(stream, cuts), 'whole')).toEqual(whole)
        expect(told([stream], 'byte by byte')).toEqual(whole)
        expect(told(pieces(stream, cuts), 'stepping')).toEqual(whole)
        expect(whole.lifecycle).toMatch(/^closed/)
        expect(whole.wire.filter((each) => each.startsWith('close')).length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 150 },
    )
  })
})
