import { describe, expect, test } from 'vitest'
import { pairsOf, type Seen } from '../../../inspector/src/links/pairs.ts'

const seen = (id: string, details: Partial<Seen> = {}): Seen => ({
  id,
  kind: 'frame',
  opcode: 1,
  fin: true,
  length: 5,
  maskingKey: null,
  ...details,
})
const end = (id: string) => seen(id, { kind: 'end', opcode: null, fin: null, length: null })

describe('what two places saw', () => {
  test('is paired in order', () => {
    const http = { kind: 'http', opcode: null, fin: null, length: null } as const
    expect(pairsOf([seen('a', http), seen('b')], [seen('1', http), seen('2')])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
  })

  test('may be known in part at one of them', () => {
    const answer = seen('a', { opcode: 8, length: null })
    expect(pairsOf([answer], [seen('1', { opcode: 8, maskingKey: '37fa213d' })])).toEqual([['a', '1']])
    expect(pairsOf([seen('a')], [seen('1', { opcode: null, fin: null, length: null })])).toEqual([['a', '1']])
  })

  test.each<[string, Partial<Seen>]>([
    ['another opcode', { opcode: 2 }],
    ['another FIN', { fin: false }],
    ['another length', { length: 6 }],
    ['another masking key', { maskingKey: '00000000' }],
  ])('is not the same with %s', (_, details) => {
    const sent = seen('a', { maskingKey: '37fa213d' })
    expect(pairsOf([sent], [seen('1', { maskingKey: '37fa213d', ...details }), sent])).toEqual([['a', 'a']])
  })

  test('may have been cut off before its end', () => {
    expect(pairsOf([seen('a'), seen('b'), end('c')], [seen('1'), end('2')])).toEqual([
      ['a', '1'],
      ['c', '2'],
    ])
    expect(pairsOf([seen('a')], [end('1')])).toEqual([])
  })
})
