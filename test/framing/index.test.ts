import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as framing from '../../src/framing/index.ts'

describe('wirechart/framing', () => {
  it('exports the five pure functions and what they speak of', () => {
    expect(Object.keys(framing)).toEqual(
      expect.arrayContaining(['parseFrame', 'serializeFrame', 'applyMask', 'parseClose', 'serializeClose']),
    )
    expect(Object.keys(framing)).toEqual(
      expect.arrayContaining([
        'Frame',
        'Opcode',
        'ProtocolError',
        'InvalidPayloadError',
        'PayloadTooBigError',
      ]),
    )
  })

  it('imports nothing but itself', () => {
    const folder = new URL('../../src/framing/', import.meta.url)
    for (const file of readdirSync(folder)) {
      const source = readFileSync(new URL(file, folder), 'utf8')
      for (const [, from] of source.matchAll(/\bfrom '([^']+)'/g)) expect(from).toMatch(/^\.\/[a-z0-9]+\.ts$/)
    }
  })
})
