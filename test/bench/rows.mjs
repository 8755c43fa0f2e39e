/**
 * What is measured, and what is to be reached. A goal is a ratio: how many times as fast (or small) as `against`;
 * `'best'` is the fastest of the other libraries in the same run.
 */

/**
 * @typedef {{ of?: string, against: string, atLeast: number, metric?: 'cost' | 'cpu' | 'p99' }} Goal
 * @typedef {{ id: string, work: string, params: object, contenders: string[], goals: Goal[], unit?: string,
 *   rounds?: number, once?: boolean }} Row: `once`: there is nothing to be done again and again
 */

import { isBuiltHere, UNINSPECTED } from './library.mjs'

const OURS = 'wirechart'
const OURS_NATIVE = 'wirechart+bufferutil'
const WS = 'ws'
const WS_NATIVE = 'ws+bufferutil'
const DRIVER = 'websocket-driver'

const best = (atLeast) => ({ against: 'best', atLeast })

const name = (size) =>
  size >= 2 ** 20 ? `${size / 2 ** 20} MiB` : size >= 1024 ? `${size / 1024} KiB` : `${size} B`

/** @returns {Row} */
const receive = (kind, size, contenders, goals, chunk) => ({
  id: `receive ${kind} ${name(size)}${chunk === undefined ? '' : `, chunks of ${chunk} B`}`,
  work: 'receive',
  params: { kind, size, ...(chunk === undefined ? {} : { chunk }) },
  contenders,
  goals,
})

const small = [OURS, WS, WS_NATIVE, DRIVER]
const large = [OURS, OURS_NATIVE, WS, WS_NATIVE, 'xor']
const largeGoals = [
  { against: WS, atLeast: 5 },
  { against: WS_NATIVE, atLeast: 0.6 },
  { of: OURS_NATIVE, against: WS_NATIVE, atLeast: 1 },
]

/** @returns {Row} */
const send = (side, size, contenders, goals, turn = 1, text = false) => ({
  id: `send ${side} ${name(size)}${text ? ' text' : ''}${turn > 1 ? `, ${turn} a turn` : ''}`,
  work: 'send',
  params: { side, size, turn, text },
  contenders,
  goals,
})

/** @returns {Row} */
const echo = (id, params, contenders, goals) => ({
  id: `echo ${id}`,
  work: 'sockets',
  params: { task: 'echo', ...params },
  contenders,
  goals,
})

const alike = (atLeast) => [
  best(atLeast),
  { against: 'best', atLeast: 1, metric: 'p99' },
  { against: 'best', atLeast: 1, metric: 'cpu' },
]

/** @type {Row[]} */
export const rows = [
  receive('binary', 16, small, [best(2)]),
  receive('binary', 125, [...small, 'xor'], [best(2)]),
  receive('binary', 1024, [...small, 'xor'], [best(1.5)]),
  receive('binary', 16_384, large, largeGoals),
  receive('binary', 2 ** 20, large, largeGoals),
  receive('text', 125, [OURS, WS, WS_NATIVE], [best(1.5)]),
  receive('mixed', 125, [OURS, WS, WS_NATIVE], [best(1.5)]),
  receive('text', 16_384, [OURS, OURS_NATIVE, WS, WS_NATIVE], largeGoals),
  receive('mixed', 16_384, [OURS, OURS_NATIVE, WS, WS_NATIVE], largeGoals),
  receive('binary', 125, [OURS, WS, WS_NATIVE], [best(2)], 1448),
  receive('binary', 16_384, large.slice(0, 4), largeGoals, 1448),
  receive('fragmented', 1024, small, [best(2.5)]),

  // A turn of the event loop, in which a chunk that arrived is answered, is many small messages.
  ...[16, 125].flatMap((size) => [
    send('client', size, [OURS, WS, WS_NATIVE], [best(2)], 32),
    send('server', size, small, [best(1.5)], 32),
  ]),
  send('client', 125, [OURS, WS, WS_NATIVE], []),
  send('server', 125, small, []),
  send('server', 125, [OURS, WS], [], 32, true),
  send('client', 1024, [OURS, WS, WS_NATIVE], [best(1.2)]),
  send('server', 1024, small, [best(1)]),
  send(
    'client',
    65_536,
    [OURS, OURS_NATIVE, WS, WS_NATIVE],
    [best(0.6), { of: OURS_NATIVE, against: WS_NATIVE, atLeast: 1 }],
  ),
  send('server', 65_536, small, [best(1)]),

  ...['receive', 'send'].map((direction) => ({
    id: `deflate ${direction} 1 KiB`,
    work: 'deflate',
    params: { direction, size: 1024 },
    contenders: [OURS, WS],
    goals: [best(direction === 'receive' ? 8 : 3)],
  })),

  {
    id: 'opening handshake, server, CPU',
    work: 'sockets',
    params: { task: 'handshakes', connections: 16 },
    contenders: [OURS, WS, DRIVER, 'tcp (fixed answer)'],
    goals: [best(2)],
  },
  {
    id: 'opening handshake, no sockets',
    work: 'handshake',
    params: {},
    contenders: [OURS, DRIVER],
    goals: [best(2)],
  },

  echo(
    'pipelined 125 B',
    { size: 125, connections: 1, pipelined: true },
    [OURS, 'wirechart (iteration)', WS, DRIVER, 'tcp'],
    [best(8), { of: 'wirechart (iteration)', against: 'best', atLeast: 5 }, { against: 'tcp', atLeast: 0.2 }],
  ),
  echo('ping-pong, 1 connection', { size: 125, connections: 1 }, [OURS, WS, WS_NATIVE, 'tcp'], alike(1)),
  echo('ping-pong, 64 connections', { size: 125, connections: 64 }, [OURS, WS, WS_NATIVE, 'tcp'], alike(1.1)),
  ...[65_536, 2 ** 20].map((size) =>
    echo(
      name(size),
      { size, connections: 1, pipelined: true },
      [OURS, OURS_NATIVE, WS_NATIVE, 'tcp'],
      [
        { of: OURS_NATIVE, against: WS_NATIVE, atLeast: 1.1 },
        { of: OURS_NATIVE, against: 'tcp', atLeast: 0.75 },
      ],
    ),
  ),

  {
    id: 'memory of an idle connection',
    work: 'sockets',
    params: { task: 'open', connections: 5000 },
    contenders: [OURS, WS, DRIVER, 'tcp'],
    goals: [{ against: WS, atLeast: 1 / 0.85 }],
    unit: 'B',
    rounds: 1,
    once: true,
  },
  {
    id: 'import',
    work: 'load',
    params: {},
    contenders: [OURS, 'wirechart/node', WS, DRIVER],
    goals: [
      { against: WS, atLeast: 1 / 0.3 },
      { of: 'wirechart/node', against: WS, atLeast: 1 / 0.7 },
    ],
  },
  // That somebody might observe costs nothing: the difference is that of two runs of the same, which are shown, too.
  ...(isBuiltHere ? [16, 125] : []).map((size) => ({
    id: `receive and send ${name(size)}, no inspector`,
    work: 'answer',
    params: { size },
    contenders: [OURS, `${OURS} again`, UNINSPECTED],
    goals: [{ against: UNINSPECTED, atLeast: 0.95 }],
  })),
  ...['still', 'moving'].map((kind) => ({
    id: `statechart step, ${kind}`,
    work: 'step',
    params: { kind },
    contenders: [OURS],
    goals: [],
  })),
]
