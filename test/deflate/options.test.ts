import { describe, expect, it } from 'vitest'
import { permessageDeflate as anywhere } from '../../src/deflate/default.ts'
import { permessageDeflate as inNode } from '../../src/deflate/node.ts'
import type { DeflateOptions } from '../../src/deflate/options.ts'

describe.each([
  { name: 'node', permessageDeflate: inNode },
  { name: 'default', permessageDeflate: anywhere },
])('the entry for the condition $name', ({ permessageDeflate }) => {
  it.each<DeflateOptions>([
    { serverMaxWindowBits: 7 },
    { serverMaxWindowBits: 16 },
    { serverMaxWindowBits: 9.5 },
    { serverMaxWindowBits: Number.NaN },
    { clientMaxWindowBits: 7 },
    { clientMaxWindowBits: 16 },
    { clientMaxWindowBits: 0 },
    { threshold: -1 },
    { threshold: Number.NaN },
    { level: -2 },
    { level: 10 },
    { level: 0.5 },
    { memLevel: 0 },
    { memLevel: 10 },
  ])('refuses %o', (options) => {
    const [name] = Object.keys(options)
    expect(() => permessageDeflate(options)).toThrow(RangeError)
    expect(() => permessageDeflate(options)).toThrow(`${name} must be`)
  })

  it.each<DeflateOptions>([
    {},
    { serverMaxWindowBits: 8, clientMaxWindowBits: 8, level: -1, memLevel: 1, threshold: 0 },
    { serverMaxWindowBits: 15, clientMaxWindowBits: 15, level: 9, memLevel: 9 },
    { clientMaxWindowBits: true, level: 0 },
    { clientMaxWindowBits: false, threshold: Number.POSITIVE_INFINITY },
    { serverNoContextTakeover: true, clientNoContextTakeover: true },
  ])('takes %o', (options) => {
    expect(permessageDeflate(options).name).toBe('permessage-deflate')
  })

  it('takes no options at all', () => {
    expect(permessageDeflate().getRequestParams()).toEqual([['client_max_window_bits', null]])
  })
})
