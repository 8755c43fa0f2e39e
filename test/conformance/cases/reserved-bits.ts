/** RSV1 to RSV3 without an extension that gives them a meaning (section 5.2). */
import { type Case, fails, plays } from '../case.ts'
import {
  beginning,
  binary,
  close,
  failure,
  last,
  ping,
  pong,
  type SentFrame,
  text,
  textStart,
} from '../frames.ts'

const bits = [1, 2, 3, 4, 5, 6, 7]

const kinds: readonly [name: string, frame: SentFrame][] = [
  ['a text', text('bits')],
  ['an empty text', text()],
  ['a binary message', binary('bits')],
  ['a Ping', ping('bits')],
  ['a Pong', pong('bits')],
  ['a Close', close(1000)],
]

export const reservedBits: readonly Case[] = [
  ...kinds.flatMap(([name, frame]) =>
    bits.map((rsv) => fails('5.2', `${name} with the reserved bits ${rsv}`, [{ ...frame, rsv }], 1002)),
  ),
  ...bits.map((rsv) =>
    fails(
      '5.2',
      `a text and a Ping, then a text with the reserved bits ${rsv}, then a Ping`,
      [text('right'), ping('right'), { ...text('wrong'), rsv }, ping('too late')],
      1002,
      [text('right'), pong('right')],
    ),
  ),
  ...bits.map((rsv) =>
    fails(
      '5.2',
      `a continuation with the reserved bits ${rsv}`,
      [textStart('te'), { ...last('xt'), rsv }],
      1002,
    ),
  ),
  plays(
    '5.2',
    'of a text with a reserved bit only the header',
    [{ send: [beginning({ ...text('never there'), rsv: 2 }, 0)], back: [failure(1002)] }],
    'failed',
  ),
]
