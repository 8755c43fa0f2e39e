/** `npm run fuzz` with a small budget, always the same inputs; and what was found before. */
import { describe, expect, it, vi } from 'vitest'
import { findings } from './findings.ts'
import { fuzz, shrink } from './loop.ts'
import { Random } from './random.ts'
import { feed, type Target, targets } from './targets.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

describe.each(targets.map((target) => [target.name, target] as const))('%s', (_, target) => {
  it('never throws, says the same however its input is cut, and ends in order', () => {
    const { failure, signatures } = fuzz(target, 1, (inputs) => inputs < 1_000)
    expect(failure).toBeNull()
    expect(signatures).toBeGreaterThan(20)
  })
})

it('what was found before does not happen again', () => {
  for (const { target, input } of findings) {
    const attacked = targets.find(({ name }) => name === target)!
    feed(attacked, Buffer.from(input, 'base64'), new Random(1), true)
  }
})

it('what is broken is found, and made small', () => {
  const frames = targets.find(({ name }) => name === 'server frames')!
  const broken: Target = {
    ...frames,
    create(options) {
      const protocol = frames.create(options)
      const { receiveData } = protocol
      let seen = ''
      protocol.receiveData = (data) => {
        seen += Buffer.from(data).toString('latin1')
        if (seen.includes('\x89\x80')) throw new Error('a Ping of no bytes')
        receiveData.call(protocol, data)
      }
      return protocol
    },
  }
  const { failure } = fuzz(broken, 1, (inputs) => inputs < 5_000)
  expect(failure?.error.message).toBe('a Ping of no bytes')
  expect(Buffer.from(failure!.input).toString('hex')).toBe('8980')
  expect(shrink(broken, Buffer.from('001122898033', 'hex'))).toEqual(Uint8Array.of(0x89, 0x80))
})
