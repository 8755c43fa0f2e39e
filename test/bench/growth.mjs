/**
 * `npm run bench -- --growth`: the rate against the number of connections, the size of messages and the size of chunks,
 * drawn as docs/images/growth.svg.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { draw } from './chart.mjs'
import { contend } from './contend.mjs'

const contenders = ['wirechart', 'ws', 'ws+bufferutil']

/** Sizes in bytes. */
const sizes = [16, 128, 1024, 8192, 65_536, 2 ** 20]
const chunks = [64, 256, 1024, 4096, 16_384, 65_536]
const connections = [1, 10, 100, 1000, 5000]

/** Of the messages that arrive in chunks of different sizes, bytes. */
const CHUNKED = 16_384
/** Of the messages that are echoed, bytes. */
const ECHOED = 125

const perSecond = (/** @type {number} */ nanoseconds) => 1e9 / nanoseconds
const megabytes = (/** @type {number} */ size, /** @type {number} */ nanoseconds) =>
  (size / nanoseconds) * 1e3

/**
 * @typedef {object} Growth
 * @property {string} title
 * @property {string} x
 * @property {string} y
 * @property {boolean} [bytes] what grows is a size
 * @property {number[]} values what grows
 * @property {number} [times] how many times as long as the others it is measured
 * @property {(value: number) => { work: string, params: object }} contest
 * @property {(result: Record<string, number>, value: number) => number} rate
 */

/** @type {Growth[]} */
const growths = [
  {
    title: 'Connections',
    x: `connections that echo ${ECHOED} B in turns`,
    y: "messages / s of the server's CPU",
    values: connections,
    contest: (count) => ({ work: 'sockets', params: { task: 'echo', size: ECHOED, connections: count } }),
    rate: ({ cpu }) => perSecond(cpu),
    // Each of thousands of connections is to have its turn several times.
    times: 2,
  },
  {
    title: 'Message size',
    x: 'size of the messages received',
    y: 'MB / s of CPU',
    bytes: true,
    values: sizes,
    contest: (size) => ({ work: 'receive', params: { kind: 'binary', size } }),
    rate: ({ cost }, size) => megabytes(size, cost),
  },
  {
    title: 'Chunk size',
    x: 'size of the chunks that 16 KiB messages come in',
    y: 'MB / s of CPU',
    bytes: true,
    values: chunks,
    contest: (chunk) => ({ work: 'receive', params: { kind: 'binary', size: CHUNKED, chunk } }),
    rate: ({ cost }) => megabytes(CHUNKED, cost),
  },
]

/** Measures all and draws it. `effort` as in `contend`. */
export async function grow(/** @type {{ rounds: number, time: number }} */ { rounds, time }) {
  checkLimit()
  const panels = []
  for (const { contest, rate, values, times = 1, ...about } of growths) {
    console.log(`${about.title}: ${about.y}`)
    const lines = contenders.map((name) => ({ name, points: [] }))
    for (const value of values) {
      const results = await contend(
        { id: `${about.title} ${value}`, contenders, ...contest(value) },
        { rounds, time: time * times },
      )
      for (const { name, points } of lines) points.push([value, rate(results[name], value)])
      console.log(
        String(value).padStart(8),
        ...lines.map(({ name, points }) => `  ${name} ${points.at(-1)[1].toPrecision(3)}`),
      )
    }
    panels.push({ ...about, lines })
  }
  const file = fileURLToPath(new URL('../../docs/images/growth.svg', import.meta.url))
  writeFileSync(file, draw(panels))
  console.log(`drawn: ${file}`)
}

/** Each connection takes a file descriptor on both sides; Node raises the limit by itself as far as it may. */
function checkLimit() {
  const needed = Math.max(...connections) + 200
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })
  if (Number.parseInt(stdout, 10) >= needed || /unlimited/.test(stdout)) return
  console.error(`a process may have ${stdout.trim()} files open, of ${needed} needed: see ulimit -n`)
  process.exit(1)
}
