import { describe, expect, it } from 'vitest'
import {
  Host,
  hostChecks,
  MASKING_KEY,
  memoryTransports,
  rawFrame,
  type Transport,
} from '../../src/testing/index.ts'

describe('Host', () => {
  it.each(hostChecks)('$name', ({ check }) => {
    check((...args) => new Host(...args))
  })
})

describe('hostChecks', () => {
  /** Runs every check with our host over a transport that is broken in one way, and tells which noticed. */
  function noticed(spoil: (transport: Transport) => Partial<Transport>): string[] {
    return hostChecks
      .filter(({ check }) => {
        try {
          check((protocol, transport, application, options) => {
            const spoilt = spoil(transport)
            const good: Transport = {
              write: (chunks) => transport.write(chunks),
              halfClose: () => transport.halfClose(),
              destroy: () => transport.destroy(),
              pause: () => transport.pause(),
              resume: () => transport.resume(),
            }
            return new Host(protocol, { ...good, ...spoilt }, application, options)
          })
          return false
        } catch {
          return true
        }
      })
      .map(({ name }) => name)
  }

  it('passes a transport that is as it should be', () => {
    expect(noticed(() => ({}))).toEqual([])
  })

  it('notices a half-close that is not made', () => {
    expect(noticed(() => ({ halfClose: () => {} }))).toContain(
      'half-closes exactly once, behind the last byte',
    )
  })

  it('notices a socket that is closed right behind the Close', () => {
    const names = noticed((transport) => ({ halfClose: () => transport.destroy() }))
    expect(names).toContain('leaves the end of TCP to the peer, so that it sees no reset')
  })

  it('notices a host that writes each frame by itself', () => {
    const names = noticed((transport) => ({
      write: (chunks) => chunks.map((chunk) => transport.write([chunk])).every(Boolean),
    }))
    expect(names).toEqual(['writes the output of one turn at once'])
  })

  it('notices that reading is not stopped', () => {
    const names = noticed(() => ({ pause: () => {} }))
    expect(names).toContain('looks at nothing while the application holds back, and stops reading')
    expect(names).toContain('stops reading when its answers are not read')
  })

  it('notices a deadline that is not kept', () => {
    expect(noticed(() => ({ destroy: () => {} }))).toContain(
      'ends TCP when the deadline has passed, and says that it was us',
    )
  })
})

describe('MemoryTransport', () => {
  it('moves bytes only when told to, as many as told, and the end behind them', () => {
    const [one, other] = memoryTransports()
    const heard: unknown[] = []
    other.bind({
      receiveData: (data) => heard.push([...data]),
      receiveEof: (cause) => heard.push(cause?.kind),
      transportClosed: (cause) => heard.push(`closed ${cause.kind}`),
      drained: () => {},
    })
    one.write([Uint8Array.of(1, 2), Uint8Array.of(3)])
    one.halfClose()
    expect(heard).toEqual([])
    one.flow(1)
    one.flow()
    expect(heard).toEqual([[1], [2], [3], 'end'])
    other.halfClose()
    other.flow()
    expect(heard.at(-1)).toBe('closed end')
  })

  it('says when it takes no more, and when it does again', () => {
    const [one, other] = memoryTransports({ highWaterMark: 4 })
    let drained = 0
    one.bind({ receiveData() {}, receiveEof() {}, transportClosed() {}, drained: () => (drained += 1) })
    expect(one.write([Uint8Array.of(1)])).toBe(true)
    expect(one.write([Uint8Array.of(2, 3, 4)])).toBe(false)
    other.pause()
    expect(one.flow()).toBe(false)
    other.resume()
    one.flow()
    expect(drained).toBe(1)
  })
})

it('rawFrame masks, and lies about lengths', () => {
  expect([...rawFrame({ payload: 'Hello', maskingKey: MASKING_KEY })]).toEqual([
    0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
  ])
  expect([...rawFrame({ opcode: 9, fin: false, rsv2: true, length: 5, lengthBits: 16 })]).toEqual([
    0x29, 126, 0, 5,
  ])
  expect([...rawFrame({ length: 1n << 63n }).subarray(1)]).toEqual([127, 0x80, 0, 0, 0, 0, 0, 0, 0])
})
