import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Headers } from '../../src/handshake/index.ts'

const PlatformHeaders = globalThis.Headers

describe('Headers', () => {
  it('keep order, spelling and repeated names, and are looked up without regard to case', () => {
    const headers = new Headers([
      ['X-One', '1'],
      ['B', 'x'],
      ['x-one', '2'],
    ])
    expect([...headers]).toEqual([
      ['X-One', '1'],
      ['B', 'x'],
      ['x-one', '2'],
    ])
    expect(headers.size).toBe(3)
    expect(headers.get('X-ONE')).toBe('1')
    expect(headers.getAll('x-oNE')).toEqual(['1', '2'])
    expect(headers.has('b')).toBe(true)
  })

  it('say null, nothing and false for a name that is missing', () => {
    const headers = new Headers({ A: '1' })
    expect(headers.get('B')).toBeNull()
    expect(headers.getAll('B')).toEqual([])
    expect(headers.has('B')).toBe(false)
    expect(headers.delete('B')).toBe(false)
  })

  it.each([
    ['nothing', undefined, []],
    ['an empty object', {}, []],
    [
      'an object',
      { A: '1', B: ['2', '3'], C: undefined, D: [] },
      [
        ['A', '1'],
        ['B', '2'],
        ['B', '3'],
      ],
    ],
    [
      'pairs',
      [
        ['A', '1'],
        ['A', '2'],
      ] as const,
      [
        ['A', '1'],
        ['A', '2'],
      ],
    ],
    ['a map', new Map([['A', '1']]), [['A', '1']]],
    [
      'themselves',
      new Headers({ A: ['1', '2'] }),
      [
        ['A', '1'],
        ['A', '2'],
      ],
    ],
    ["the platform's", new PlatformHeaders({ A: '1' }), [['a', '1']]],
  ])('are made of %s', (_, init, expected) => {
    expect([...new Headers(init)]).toEqual(expected)
  })

  it('are a copy of the ones they are made of', () => {
    const original = new Headers({ A: '1' })
    new Headers(original).set('A', '2')
    expect(original.get('A')).toBe('1')
  })

  it.each(['text', 1, true])('are not made of %j', (init) => {
    expect(() => new Headers(init as never)).toThrow(TypeError)
  })

  it('replace every header of a name in the place of the first one', () => {
    const headers = new Headers([
      ['A', '1'],
      ['B', '2'],
      ['a', '3'],
      ['C', '4'],
    ])
    headers.set('a', '5')
    expect([...headers]).toEqual([
      ['a', '5'],
      ['B', '2'],
      ['C', '4'],
    ])
    headers.set('D', '6')
    expect([...headers].at(-1)).toEqual(['D', '6'])
  })

  it('delete every header of a name', () => {
    const headers = new Headers({ A: ['1', '2'], B: '3' })
    expect(headers.delete('a')).toBe(true)
    expect([...headers]).toEqual([['B', '3']])
  })

  it('take away spaces and tabs around a value, and nothing else', () => {
    expect(new Headers({ A: ' \t1 2\t ' }).get('A')).toBe('1 2')
    expect(new Headers({ A: '\u00a01\u00a0' }).get('A')).toBe('\u00a01\u00a0')
    expect(new Headers({ A: ' \t ' }).get('A')).toBe('')
  })

  it.each(['', ' ', 'A B', 'A:', 'A\r\n', 'A\0', 'é', '(A)', 'A '])('refuse the name %j', (name) => {
    const headers = new Headers()
    expect(() => headers.append(name, '1')).toThrow(TypeError)
    expect(() => headers.set(name, '1')).toThrow(TypeError)
    expect(() => new Headers({ [name]: '1' })).toThrow(TypeError)
    expect(headers.size).toBe(0)
  })

  it.each(['1\r\nB: 2', '1\n', '\r1', '1\0', '\u007f', '\u0001', '\u0100', '\u2028'])(
    'refuse the value %j: it could smuggle in another header, or cannot be sent',
    (value) => {
      const headers = new Headers({ A: '0' })
      expect(() => headers.append('A', value)).toThrow(TypeError)
      expect(() => headers.set('A', value)).toThrow(TypeError)
      expect([...headers]).toEqual([['A', '0']])
    },
  )

  it('say in their error which value was refused, escaped and bounded', () => {
    expect(() => new Headers({ A: `\r\n${'x'.repeat(10_000)}` })).toThrow(
      /^"\\x0d\\x0ax{62}\.\.\." \(10002 char.* A$/,
    )
  })

  it('keep any Latin-1 value', () => {
    expect(new Headers({ A: 'caf\u00e9\t\u00ff' }).get('A')).toBe('caf\u00e9\t\u00ff')
  })

  it('are looked up rightly while others are, and after each change', () => {
    const one = new Headers({ A: '1', Bc: '2' })
    const other = new Headers({ Bc: '3', A: '4' })
    for (const name of ['A', 'Bc']) {
      expect([one.get(name), other.get(name)]).toEqual(name === 'A' ? ['1', '4'] : ['2', '3'])
    }
    one.append('a', '5')
    expect([one.getAll('A'), other.getAll('A'), one.size]).toEqual([['1', '5'], ['4'], 3])
    one.set('A', '66')
    expect([one.get('bC'), one.getAll('A')]).toEqual(['2', ['66']])
    one.delete('a')
    expect([one.has('A'), one.get('Bc'), one.size]).toEqual([false, '2', 1])
  })

  it('can be looked up while they are iterated', () => {
    const headers = new Headers({ A: '1', B: '2', C: '3' })
    const other = new Headers({ LongerName: '1' })
    const seen: string[] = []
    for (const [name, value] of headers) seen.push(`${name}=${value}`, String(other.size), headers.get('C')!)
    expect(seen).toEqual(['A=1', '1', '3', 'B=2', '1', '3', 'C=3', '1', '3'])
  })

  it('do what a plain list would do, whatever is done to them', () => {
    const name = fc.constantFrom('A', 'a', 'Bc', 'bC', 'Host')
    const value = fc.stringMatching(/^[ -~\u00a0-\u00ff]{0,4}$/)
    const change = fc.tuple(fc.constantFrom('append', 'set', 'delete'), name, value)
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const headers = new Headers()
        let list: [string, string][] = []
        for (const [what, name, value] of changes) {
          const line: [string, string] = [name, value.replace(/^[\t ]+|[\t ]+$/g, '')]
          const isSame = ([other]: [string, string]) => other.toLowerCase() === name.toLowerCase()
          const at = list.findIndex(isSame)
          if (what === 'append') {
            headers.append(name, value)
            list.push(line)
          } else if (what === 'set') {
            headers.set(name, value)
            if (at < 0) list.push(line)
            else list = list.flatMap((each, index) => (index === at ? [line] : isSame(each) ? [] : [each]))
          } else {
            expect(headers.delete(name)).toBe(at >= 0)
            list = list.filter((each) => !isSame(each))
          }
          expect([...headers]).toEqual(list)
          expect(headers.size).toBe(list.length)
          expect(headers.getAll(name)).toEqual(list.filter(isSame).map(([, value]) => value))
          expect(headers.get(name)).toBe(list.find(isSame)?.[1] ?? null)
          expect(headers.has(name)).toBe(list.some(isSame))
        }
      }),
    )
  })
})
