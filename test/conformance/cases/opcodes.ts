/** Opcodes that RFC 6455 reserves (section 5.2). */
import { type Case, fails, plays } from '../case.ts'
import { beginning, failure, frame, last, ping, pong, text, textStart } from '../frames.ts'

const reserved = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]

export const opcodes: readonly Case[] = reserved.flatMap((opcode) => [
  fails('5.2', `the opcode ${opcode}, empty`, [frame(opcode)], 1002),
  fails('5.2', `the opcode ${opcode} with a payload`, [frame(opcode, 'reserved')], 1002),
  fails('5.2', `the opcode ${opcode} without FIN`, [frame(opcode, 'reserved', false)], 1002),
  fails(
    '5.2',
    `a text, then the opcode ${opcode}, then a Ping`,
    [text('right'), frame(opcode, 'reserved'), ping('too late')],
    1002,
    [text('right')],
  ),
  fails(
    '5.2',
    `a text and a Ping, then the opcode ${opcode}`,
    [text('right'), ping('right'), frame(opcode)],
    1002,
    [text('right'), pong('right')],
  ),
  fails(
    '5.2',
    `the opcode ${opcode} between the fragments of a text`,
    [textStart('te'), frame(opcode), last('xt')],
    1002,
  ),
  plays(
    '5.2',
    `a text by itself, then of the opcode ${opcode} only the header`,
    [
      { send: [text('right')], back: [text('right')] },
      { send: [beginning(frame(opcode, 'never there'), 0)], back: [failure(1002)] },
      { send: [text('too late')], back: [] },
    ],
    'failed',
  ),
])
