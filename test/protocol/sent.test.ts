/** What is given back once it was written, and used again. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFrame } from '../../src/framing/index.ts'
import { Protocol } from '../../src/protocol/index.ts'
import { borrow, giveBack, isLent } from '../../src/protocol/pool.ts'

const client = () => new Protocol('client', { state: 'open' })

const filled = (size: number, byte: number) => Buffer.alloc(size, byte)

/** The payload of the one frame in a chunk. */
const payloadOf = (chunk: Uint8Array) => {
  const parsed = parseFrame(Uint8Array.from(chunk), { masked: true })
  return (parsed as { frame: { payload: Uint8Array } }).frame.payload
}

/** Fast for large ones, which `toEqual` is not. */
const isFilled = (payload: Uint8Array, size: number, byte: number) => filled(size, byte).equals(payload)

describe('dataSent()', () => {
  it('has the memory of a large frame used again by another connection', () => {
    const [a, b] = [client(), client()]
    a.sendBinary(filled(70_000, 1))
    const first = a.dataToSend()
    a.dataSent(first)
    b.sendBinary(filled(70_001, 2))
    const second = b.dataToSend()
    expect(second[0]!.buffer).toBe(first[0]!.buffer)
    expect(isFilled(payloadOf(second[0]!), 70_001, 2)).toBe(true)
  })

  it('need not be called: what was not given back is never changed', () => {
    const protocol = client()
    const sizes = fc.integer({ min: 1, max: 60_000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(sizes, fc.boolean()), { maxLength: 12 }), (sent) => {
        const held: { chunk: Uint8Array; size: number; byte: number }[] = []
        for (const [index, [size, gives]] of sent.entries()) {
          protocol.sendBinary(filled(size, index + 1))
          const data = protocol.dataToSend()
          const chunk = data.length === 1 ? data[0]! : Buffer.concat(data)
          expect(isFilled(payloadOf(chunk), size, index + 1)).toBe(true)
          if (gives) protocol.dataSent(data)
          else held.push({ chunk, size, byte: index + 1 })
        }
        for (const { chunk, size, byte } of held) expect(isFilled(payloadOf(chunk), size, byte)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('counts once, however often it is said', () => {
    const protocol = client()
    protocol.sendBinary(filled(50_000, 1))
    const data = protocol.dataToSend()
    protocol.dataSent(data)
    protocol.dataSent(data)
    protocol.sendBinary(filled(50_000, 2))
    protocol.sendBinary(filled(50_000, 3))
    const [second, third] = protocol.dataToSend()
    expect(second!.buffer).not.toBe(third!.buffer)
    expect([payloadOf(second!)[0], payloadOf(third!)[0]]).toEqual([2, 3])
  })

  it('takes nothing that is not ours: a server passes the payload of the application on', () => {
    const server = new Protocol('server', { state: 'open' })
    const payload = filled(70_000, 7)
    server.sendBinary(payload)
    server.dataSent(server.dataToSend())
    server.dataSent([payload])
    const protocol = client()
    protocol.sendBinary(filled(70_000, 8))
    expect(protocol.dataToSend()[0]!.buffer).not.toBe(payload.buffer)
    expect(isFilled(payload, 70_000, 7)).toBe(true)
  })

  it('is safe with memory that was transferred meanwhile', () => {
    const protocol = client()
    protocol.sendBinary(filled(60_000, 1))
    const data = protocol.dataToSend()
    structuredClone(data[0], { transfer: [data[0]!.buffer as ArrayBuffer] })
    protocol.dataSent(data)
    protocol.sendBinary(filled(60_000, 2))
    expect(isFilled(payloadOf(protocol.dataToSend()[0]!), 60_000, 2)).toBe(true)
  })
})

describe('the pool', () => {
  it('keeps no more than 4 MiB, and lets old sizes go for new ones', () => {
    const lent = Array.from({ length: 100 }, () => borrow(100_000))
    for (const memory of lent) giveBack(memory)
    const again = Array.from({ length: 100 }, () => borrow(100_000))
    const reused = again.filter((memory) => lent.includes(memory)).length
    expect(reused).toBeGreaterThan(0)
    expect(reused * 100_000).toBeLessThanOrEqual(4_194_304)
    for (const memory of again) giveBack(memory)
    const large = Array.from({ length: 8 }, () => borrow(1_000_000))
    for (const memory of large) giveBack(memory)
    expect(large).toContain(borrow(1_000_000))
  })

  it('lends nothing that is larger than all it keeps', () => {
    expect(isLent(borrow(4_194_305))).toBe(false)
    expect(isLent(borrow(4_194_304))).toBe(true)
  })
})
