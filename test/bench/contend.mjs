/** Contenders at one piece of work, each time in a process of their own. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { environmentOf } from './library.mjs'

const measureFile = fileURLToPath(new URL('measure.mjs', import.meta.url))

/** Sockets take longer to be in their stride: so many times as long. */
const SOCKETS = 4

/** @typedef {Pick<import('./rows.mjs').Row, 'id' | 'work' | 'params' | 'contenders' | 'rounds'>} Contest */

/**
 * Medians by contender and metric. Contenders take turns, in an order that changes each round.
 *
 * @param {Contest} contest
 * @param {{ rounds: number, time: number }} effort how often, and how long each time: milliseconds
 * @returns {Record<string, Record<string, number>>}
 */
export function contend(contest, { rounds, time }) {
  const { contenders } = contest
  const results = Object.fromEntries(contenders.map((contender) => [contender, []]))
  for (let round = 0; round < Math.min(rounds, contest.rounds ?? rounds); round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(turn + round) % contenders.length]
      results[contender].push(measure(contest, contender, time))
    }
  }
  return Object.fromEntries(
    Object.entries(results).map(([contender, measured]) => [
      contender,
      Object.fromEntries(
        Object.keys(measured[0]).map((metric) => [metric, median(measured.map((each) => each[metric]))]),
      ),
    ]),
  )
}

function measure(/** @type {Contest} */ { id, work, params }, contender, time) {
  const ms = work === 'sockets' ? time * SOCKETS : time
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', measureFile, work, JSON.stringify(params), contender, String(ms)],
    { encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...environmentOf(contender) } },
  )
  if (status !== 0) throw new Error(`${id}, ${contender}: ${stderr}`)
  return JSON.parse(stdout)
}

const median = (/** @type {number[]} */ numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]
