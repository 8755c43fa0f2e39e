/** What a stream costs: memory by `maxSize` and the chunk that was given, work by its bytes. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Protocol } from '../../src/protocol/index.ts'
import { MASKING_KEY, rawFrame } from '../../src/testing/index.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Bytes of all arrays that are in use. What one collection lets go is counted until the next. */
function heldBytes(): number {
  for (let last = Number.POSITIVE_INFINITY; ; ) {
    gc()
    const held = process.memoryUsage().arrayBuffers
    if (held >= last) return held
    last = held
  }
}

/** A fragmented message that never ends, or one frame that is never whole: told by its lengths. */
const shape = fc.oneof(
  fc.record({ fragments: fc.array(fc.nat(3_000), { minLength: 1, maxLength: 30 }) }),
  fc.record({ arrives: fc.nat(60_000), missing: fc.nat(60_000) }),
)

type Shape = { fragments: number[] } | { arrives: number; missing: number }

function bytesOf(shape: Shape): Uint8Array {
  const frame = { fin: false, maskingKey: MASKING_KEY }
  if ('arrives' in shape) {
    const { arrives, missing } = shape
    return rawFrame({ ...frame, opcode: 2, payload: new Uint8Array(arrives), length: arrives + missing + 1 })
  }
  return Buffer.concat(
    shape.fragments.map((size, at) =>
      rawFrame({ ...frame, opcode: at === 0 ? 2 : 0, payload: new Uint8Array(size) }),
    ),
  )
}

describe('memory', () => {
  const PROTOCOLS = 16
  /** Headers, validators, and what the first piece of a payload gets. */
  const EACH = 8_192

  it.each([4_096, 65_536])('held by a protocol is bounded by maxSize (%i) plus one chunk', (maxSize) => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 20_000 }), fc.boolean(), (shape, chunk, stepping) => {
        const bytes = bytesOf(shape)
        const protocols = Array.from({ length: PROTOCOLS }, () => new Protocol('server', { maxSize }))
        const before = heldBytes()
        for (const protocol of protocols) {
          for (let at = 0; at < bytes.length; at += chunk) {
            const piece = Uint8Array.from(bytes.subarray(at, at + chunk))
            if (stepping) {
              protocol.feed(piece)
              while (protocol.nextEvent() !== null);
            } else {
              protocol.receiveData(piece)
              protocol.eventsReceived()
            }
            protocol.dataToSend()
          }
        }
        expect((heldBytes() - before) / PROTOCOLS).toBeLessThanOrEqual(maxSize + chunk + EACH)
        expect(protocols.length).toBe(PROTOCOLS)
      }),
      { numRuns: 12 },
    )
  })

  it('of a failed connection is let go, whatever still arrives', () => {
    const protocols = Array.from({ length: PROTOCOLS }, () => new Protocol('server'))
    const before = heldBytes()
    for (const protocol of protocols) {
      protocol.receiveData(
        rawFrame({ payload: new Uint8Array(500_000), length: 900_000, maskingKey: MASKING_KEY }),
      )
      protocol.fail(1011)
      for (let turn = 0; turn < 20; turn++) protocol.receiveData(new Uint8Array(100_000))
      protocol.dataToSend()
      protocol.eventsReceived()
    }
    expect((heldBytes() - before) / PROTOCOLS).toBeLessThanOrEqual(EACH)
    expect(protocols.length).toBe(PROTOCOLS)
  })
})

describe('work', () => {
  /** Bytes that are moved while `body` runs, by what moves more than one. */
  function moved(body: () => void): number {
    const { set, slice } = Uint8Array.prototype
    let bytes = 0
    Uint8Array.prototype.set = function (this: Uint8Array, ...[array, offset]: Parameters<typeof set>) {
      bytes += array.length
      set.call(this, array, offset)
    }
    Uint8Array.prototype.slice = function (this: Uint8Array, ...args: Parameters<typeof slice>) {
      const result = slice.apply(this, args)
      bytes += result.length
      return result
    } as typeof slice
    try {
      body()
    } finally {
      // Back to those that all typed arrays share.
      Reflect.deleteProperty(Uint8Array.prototype, 'set')
      Reflect.deleteProperty(Uint8Array.prototype, 'slice')
    }
    return bytes
  }

  const inPieces = (bytes: Uint8Array, size: number) =>
    moved(() => {
      const protocol = new Protocol('server', { maxSize: null, maxFragments: null })
      for (let at = 0; at < bytes.length; at += size) {
        protocol.receiveData(bytes.subarray(at, at + size))
        protocol.eventsReceived()
      }
    })

  const shapes: [name: string, make: (size: number) => Uint8Array][] = [
    [
      'one large frame',
      (size) => rawFrame({ opcode: 2, payload: new Uint8Array(size), maskingKey: MASKING_KEY }),
    ],
    [
      'many fragments',
      (size) =>
        Buffer.concat(
          Array.from({ length: size / 64 }, (_, at) =>
            rawFrame({
              opcode: at === 0 ? 2 : 0,
              fin: false,
              payload: new Uint8Array(58),
              maskingKey: MASKING_KEY,
            }),
          ),
        ),
    ],
    [
      'many Pings',
      (size) =>
        Buffer.concat(
          Array.from({ length: size / 64 }, () =>
            rawFrame({ opcode: 9, payload: new Uint8Array(58), maskingKey: MASKING_KEY }),
          ),
        ),
    ],
  ]

  it.each(shapes)('is linear in the bytes that arrive: %s', (_, make) => {
    // Its own copy, that of a buffer that doubles, and that of an answer: by bytes, whatever their number.
    for (const size of [1, 7, 1_000]) {
      for (const bytes of [2 ** 14, 2 ** 16, 2 ** 18]) {
        expect(inPieces(make(bytes), size) / bytes).toBeLessThanOrEqual(6)
      }
    }
  })
})
