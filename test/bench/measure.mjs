/**
 * One contender at one piece of work, in a process of its own: whenever its parent gives it some time, it works for that
 * long, and answers what a message cost.
 */
import { Bench } from 'tinybench'

const [work, params, contender] = process.argv.slice(2)
const { prepare } = await import(`./cases/${work}.mjs`)
const prepared = await prepare(JSON.parse(params), contender)
const take = prepared.take ?? ((/** @type {number} */ ms) => repeat(prepared, ms))
process.on('message', async (/** @type {number} */ ms) => process.send(await take(ms)))
process.send('ready')

/** Milliseconds of CPU time: what others do on the machine does not count, collecting garbage beside us does. */
function cpuTime() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * The mean, not the median: collecting garbage is part of the cost. `waits`: most of the work is to wait for other
 * threads, so that the time of day counts.
 */
async function repeat({ batch, run, waits = false }, ms) {
  const now = waits ? () => performance.now() : cpuTime
  const bench = new Bench({ time: ms, iterations: 1, warmup: false, throws: true, now })
  bench.add(contender, run)
  await bench.run()
  const { latency } = bench.tasks[0].result
  return { cost: (latency.mean * 1e6) / batch }
}
