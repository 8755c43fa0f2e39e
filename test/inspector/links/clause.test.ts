import { describe, expect, test } from 'vitest'
import { clauseName, clausesIn, piecesOf } from '../../../inspector/src/links/clause.ts'
import { connectionChart } from '../machine.ts'

describe('the sections that a text cites', () => {
  test.each([
    ['5.5.1', ['6455 5.5.1']],
    ['RFC 6455, section 5.5.1', ['6455 5.5.1']],
    ['RFC 6455, sections 4.1 and 4.2.2', ['6455 4.1', '6455 4.2.2']],
    ['RFC 7692, 7.2.3.2', ['7692 7.2.3.2']],
    ['RFC 9112 2.2', ['9112 2.2']],
    ['Section 7.1.7.', ['6455 7.1.7']],
    ['Answered (section 5.5.2), then closed (RFC 6455, section 7).', ['6455 5.5.2', '6455 7']],
    ['once (section 5.4), twice (section 5.4)', ['6455 5.4']],
    ['the close code is 1006', []],
    ['A 101 of RFC 6455.', []],
    ['', []],
  ])('%s', (text, clauses) => {
    expect(clausesIn(text)).toEqual(clauses)
  })

  test('leave the text as it is', () => {
    const text = 'Their Close is echoed (section 5.5.1): they closed first.'
    expect(piecesOf(text).map((piece) => piece.text)).toEqual([
      'Their Close is echoed (',
      'section 5.5.1',
      '): they closed first.',
    ])
    expect(piecesOf('nothing')).toEqual([{ text: 'nothing', clauses: [] }])
  })

  test('have one name each', () => {
    expect(clauseName('6455 5.5.1')).toBe('RFC 6455, section 5.5.1')
    expect(clausesIn(clauseName('7692 6'))).toEqual(['7692 6'])
  })

  test('are known of every state within a region', () => {
    const uncited = [...connectionChart.states.values()].filter(
      ({ section }) => clausesIn(section ?? '').length === 0,
    )
    expect(uncited).toEqual([])
  })
})
