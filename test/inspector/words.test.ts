import { describe, expect, test } from 'vitest'
import { closeProblem } from '../../inspector/src/client/closeProblem.ts'
import { parseHex, showHex } from '../../inspector/src/client/hex.ts'
import {
  closeWords,
  effectWords,
  finOf,
  spacedHex,
  transitionWords,
  wordsOf,
} from '../../inspector/src/log/words.ts'
import { age, bytes, duration, offset, plural } from '../../inspector/src/model/format.ts'

describe('an event in words', () => {
  test('says which way it went and what it was', () => {
    const preview = { encoding: 'text' as const, data: 'two\nlines', truncated: true }
    expect(wordsOf({ type: 'receive.text', preview })).toEqual({
      way: 'received',
      kind: 'text',
      about: 'two ⏎ lines…',
      quoted: true,
      bad: false,
    })
    expect(wordsOf({ type: 'send.close', code: 4000, reason: 'bye' })).toMatchObject({
      way: 'sent',
      kind: 'close',
      about: '4000 “bye”',
    })
    expect(wordsOf({ type: 'receive.eof', transport: 'reset' })).toMatchObject({
      kind: 'end of TCP',
      about: 'the peer reset TCP (RST)',
    })
    expect(
      wordsOf({
        type: 'receive.response',
        accepted: false,
        http: { startLine: 'HTTP/1.1 403 Forbidden', headers: [] },
      }),
    ).toMatchObject({
      about: 'HTTP/1.1 403 Forbidden',
      bad: true,
    })
  })

  test('tells the rule that was broken', () => {
    expect(
      wordsOf({ type: 'receive.invalid', rule: 'BAD_OPCODE', message: 'No such opcode.' }),
    ).toMatchObject({
      kind: 'invalid frame',
      about: 'No such opcode.',
      bad: true,
    })
  })

  test('of a foreign machine shows its fields', () => {
    expect(wordsOf({ type: 'NEXT', by: 'hand' })).toMatchObject({
      way: 'local',
      kind: 'NEXT',
      about: '{"by":"hand"}',
    })
  })

  test('control frames are always final', () => {
    expect(finOf({ type: 'receive.ping', opcode: 9 })).toBe(true)
    expect(finOf({ type: 'receive.text', opcode: 1, fin: false })).toBe(false)
    expect(finOf({ type: 'receive.eof' })).toBe(null)
  })
})

test('transitions and effects in words', () => {
  expect(
    transitionWords({ source: 'lifecycle.open', targets: ['lifecycle.closing.failed'], event: 'fail' }),
  ).toBe('open → failed')
  expect(transitionWords({ source: 'inbound.idle', targets: ['inbound.text'], event: 'receive.text' })).toBe(
    'inbound: idle → text',
  )
  expect(transitionWords({ source: 'inbound.idle', targets: [], event: 'receive.text' })).toBe(
    '↻ inbound: idle',
  )
  expect(transitionWords({ source: 'green', targets: ['red'], event: 'NEXT' })).toBe('green → red')
  expect(effectWords({ type: 'write', what: 'close', code: 1000 })).toBe('write close · 1000 normal closure')
  expect(effectWords({ type: 'deliver', what: 'text', fin: false })).toBe('deliver text (more to come)')
  expect(effectWords({ type: 'fail', rule: 'UNEXPECTED_EOF', code: 1006 })).toBe(
    'fail the connection · 1006 · UNEXPECTED_EOF',
  )
  expect(closeWords(1006, '')).toBe('1006 no Close frame')
  expect(closeWords(undefined, undefined)).toBe('')
})

test('numbers as people read them', () => {
  expect([0, 1023, 1536, 70_000, 5 * 2 ** 30].map(bytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '68 KiB',
    '5.0 GiB',
  ])
  expect([3, 12_340, 185_000].map(duration)).toEqual(['3 ms', '12.3 s', '3 min 05 s'])
  // Times have microseconds.
  expect([999.9, 59_999.99, 299_999.998].map(duration)).toEqual(['1.0 s', '1 min 00 s', '5 min 00 s'])
  expect([59_999, 3_600_000, 90_000_000].map(age)).toEqual(['59 s', '1 h 00 min', '1 d 1 h'])
  expect([12, -5].map(offset)).toEqual(['+0.012 s', '−0.005 s'])
  expect([plural(1, 'event'), plural(0, 'event')]).toEqual(['1 event', '0 events'])
})

test('hex both ways', () => {
  expect([...parseHex('00 ff,10')!]).toEqual([0, 255, 16])
  expect([...parseHex('0xCAFE')!]).toEqual([202, 254])
  expect(parseHex('')).toHaveLength(0)
  expect(parseHex('123')).toBe(null)
  expect(parseHex('zz')).toBe(null)
  expect(showHex(Uint8Array.of(1, 2, 3), 2)).toBe('01 02 …')
  expect(spacedHex('89504e')).toBe('89 50 4e')
})

test('what a browser would refuse to close with is said beforehand', () => {
  expect(closeProblem('1000', '')).toBe(null)
  expect(closeProblem('4999', 'x'.repeat(123))).toBe(null)
  expect(closeProblem('', '')).toBe(null)
  expect(closeProblem('1001', '')).toMatch(/1000 or 3000/)
  expect(closeProblem('3000.5', '')).toMatch(/1000 or 3000/)
  expect(closeProblem('4000', 'é'.repeat(62))).toMatch(/123 bytes/)
  expect(closeProblem('', 'why')).toMatch(/needs a code/)
})
