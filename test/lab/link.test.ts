import { describe, expect, it } from 'vitest'
import type { Action } from '../../inspector/src/lab/engine/action.ts'
import { isLabHash } from '../../inspector/src/lab/labHash.ts'
import { emptyLab, type LabState, linkOf, MAX_ACTIONS, readLink } from '../../inspector/src/lab/link.ts'
import { createSession } from '../../inspector/src/lab/session.ts'

const free = (...actions: Action[]): LabState => ({ ...emptyLab, actions })
const encoded = (value: unknown) => `#lab/free/~${Buffer.from(JSON.stringify(value)).toString('base64url')}`

describe('a link', () => {
  it.each<[string, LabState]>([
    ['#lab', emptyLab],
    ['#lab/opening', { ...emptyLab, scenario: 'opening' }],
    ['#lab/opening/2', { ...emptyLab, scenario: 'opening', actions: [{ do: 'step' }, { do: 'step' }] }],
  ])('%s can be read by people', (link, state) => {
    expect(linkOf(state)).toBe(link)
    expect(readLink(link)).toEqual(state)
  })

  it.each<LabState>([
    free({ do: 'request' }, { do: 'flow' }, { do: 'accept' }, { do: 'deliver', to: 'client', amount: 3 }),
    free(
      { do: 'text', by: 'client', text: 'Grüße, “€” 😀' },
      { do: 'wire', to: 'server', hold: false, delay: 200 },
    ),
    free({
      do: 'frame',
      by: 'server',
      opcode: 15,
      rsv1: true,
      masked: true,
      hex: 'ff',
      length: 2,
      lengthBits: 64,
    }),
    free({
      do: 'breakpoints',
      at: [
        { on: 'frame', kind: 'close' },
        { on: 'state', id: 'lifecycle.open' },
        { on: 'code', code: 1006 },
      ],
    }),
    {
      scenario: 'masking',
      setup: { maxSize: 10, pingInterval: null },
      actions: [
        { do: 'step', answer: 1 },
        { do: 'cut', to: 'both', how: 'end' },
      ],
    },
  ])('brings back what was done %#', (state) => {
    const link = linkOf(state)!
    expect(isLabHash(link)).toBe(true)
    expect(link).toMatch(/^#[\w/~-]+$/)
    expect(readLink(link)).toEqual(state)
  })

  it('is not made of more than a link can hold', () => {
    expect(linkOf(free(...Array.from({ length: MAX_ACTIONS + 1 }, (): Action => ({ do: 'flow' }))))).toBe(
      null,
    )
    expect(
      linkOf(
        free(
          ...Array.from({ length: 5 }, (): Action => ({ do: 'text', by: 'client', text: 'x'.repeat(4_000) })),
        ),
      ),
    ).toBe(null)
  })

  it('leaves out breakpoints that are none, and does all else that it says', () => {
    const link = encoded({
      a: [
        { do: 'breakpoints', at: [{ on: 'code', code: 1006 }, { on: 'moon' }] },
        { do: 'request' },
        { do: 'breakpoints', at: 'everywhere' },
      ],
      s: { compression: true },
    })
    expect(readLink(link)).toEqual({
      scenario: null,
      setup: { compression: true },
      // The second said nothing: where it holds is left as it was.
      actions: [{ do: 'breakpoints', at: [{ on: 'code', code: 1006 }] }, { do: 'request' }],
      leftOut:
        'One of its 2 breakpoints is none that there is: {"on":"moon"}. Its breakpoints are no list of such.',
    })
  })

  it('whose breakpoints were left out tells that until something is done', () => {
    const session = createSession(
      encoded({ a: [{ do: 'request' }, { do: 'breakpoints', at: [{ on: 'moon' }] }] }),
    )
    expect(session.getSnapshot()).toMatchObject({
      badLink: null,
      leftOut: expect.stringContaining('moon'),
      state: free({ do: 'request' }, { do: 'breakpoints', at: [] }),
    })
    session.do({ do: 'flow' })
    expect(session.getSnapshot().leftOut).toBeNull()
    session.follow('#lab/no-such-lesson')
    expect(session.getSnapshot()).toMatchObject({ badLink: expect.anything(), leftOut: null })
  })

  it.each([
    ['#lab/no-such-lesson', 'There is no lesson “no-such-lesson”.'],
    ['#lab/__proto__', 'There is no lesson'],
    ['#lab/opening/99', 'is no step of this lesson'],
    ['#lab/opening/-1', 'is no step of this lesson'],
    ['#lab/free/2', 'is no step of this lesson'],
    ['#lab/opening/1/2', 'more parts'],
    ['#lab/free/~!!!', 'cut off'],
    ['#lab/free/~eyJhIjpb', 'cut off'],
    [encoded([]), 'what was done'],
    [encoded({ a: 'flow' }), 'what was done'],
    [encoded({ a: [{ do: 'explode' }] }), 'Action 1 is none'],
    [encoded({ a: [{ do: 'flow' }, { do: 'toString' }] }), 'Action 2 is none'],
    [encoded({ a: [{ do: 'text', by: 'nobody', text: '' }] }), 'Action 1 is none'],
    [encoded({ a: [{ do: 'text', by: 'client', text: 'x'.repeat(5_000) }] }), 'Action 1 is none'],
    [encoded({ a: [{ do: 'frame', by: 'client', opcode: 16 }] }), 'Action 1 is none'],
    [encoded({ a: [{ do: 'wait', ms: 1e12 }] }), 'Action 1 is none'],
    [encoded({ a: [{ do: 'accept', key: 'a\r\nX: y' }] }), 'Action 1 is none'],
    [encoded({ a: [{ do: 'flow', more: 1 }] }), 'Action 1 is none'],
    [encoded({ a: [{ do: 'breakpoints', at: [], more: 1 }] }), 'Action 1 is none'],
    [encoded({ a: [], s: { maxSize: -1 } }), 'sets the peers up'],
    [encoded({ a: [], s: { inspect: true } }), 'sets the peers up'],
    [encoded({ a: Array.from({ length: 501 }, () => ({ do: 'flow' })) }), 'more than 500 actions'],
    [`#lab/free/~${'A'.repeat(20_000)}`, 'longer than'],
  ])('%s says what is wrong with it', (link, message) => {
    expect(readLink(link)).toMatchObject({ error: expect.stringContaining(message) })
  })
})
