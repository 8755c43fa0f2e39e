/** Contenders at one piece of work, each in a process of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { environmentOf } from './library.mjs'

const measureFile = fileURLToPath(new URL('measure.mjs', import.meta.url))

/** Turns that each has in a round. */
const TURNS = 8

/** Before the first turn, ms: what the JIT takes, also where it has to wait. */
const WARM_UP = { sockets: 1000, others: 300 }

/** Sockets take longer to be in their stride: so many times as long. */
const SOCKETS = 4

/** The longest that anything may take, ms. */
const PATIENCE = 60_000

/** @typedef {Pick<import('./rows.mjs').Row, 'id' | 'work' | 'params' | 'contenders' | 'rounds' | 'once'>} Contest */

/**
 * Medians by contender and metric. In each round every contender has a new process. These take short turns, in an order
 * that changes: what else the machine does, and how fast it is just then, weighs on all of them alike.
 *
 * @param {Contest} contest
 * @param {{ rounds: number, time: number }} effort how often, and how long each time: milliseconds
 * @returns {Promise<Record<string, Record<string, number>>>}
 */
export async function contend(contest, { rounds, time }) {
  const { contenders } = contest
  const results = Object.fromEntries(contenders.map((contender) => [contender, []]))
  const ofSockets = contest.work === 'sockets'
  const turns = contest.once ? 1 : TURNS
  const ms = (ofSockets ? time * SOCKETS : time) / turns
  for (let round = 0; round < Math.min(rounds, contest.rounds ?? rounds); round++) {
    const processes = []
    try {
      for (const contender of contenders) {
        const process = start(contest, contender)
        processes.push(process)
        await process.ready
        if (!contest.once) await process.work(ofSockets ? WARM_UP.sockets : WARM_UP.others)
      }
      for (let turn = 0; turn < turns; turn++) {
        for (let place = 0; place < contenders.length; place++) {
          const index = (place + turn + round) % contenders.length
          results[contenders[index]].push(await processes[index].work(ms))
        }
      }
    } finally {
      for (const process of processes) process.end()
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

function start(/** @type {Contest} */ { id, work, params }, contender) {
  const child = fork(measureFile, [work, JSON.stringify(params), contender], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, ...environmentOf(contender) },
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${id}, ${contender}: ended with ${code}`)
  })
  ended.catch(() => {})
  const answer = async () => {
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${id}, ${contender}: takes too long`)), PATIENCE)
    })
    const [message] = await Promise.race([once(child, 'message'), ended, late])
    clearTimeout(timer)
    return message
  }
  return {
    ready: answer(),
    work(/** @type {number} */ ms) {
      const answered = answer()
      child.send(ms)
      return answered
    },
    end: () => child.kill('SIGKILL'),
  }
}

const median = (/** @type {number[]} */ numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]
