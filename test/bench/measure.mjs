/** One contender at one piece of work, in a process of its own: prints what a message costs. */
import { Bench } from 'tinybench'

const [work, params, contender, ms] = process.argv.slice(2)
const { prepare } = await import(`./cases/${work}.mjs`)
const prepared = await prepare(JSON.parse(params), contender, Number(ms))
const result = prepared.run === undefined ? prepared : await run(prepared)
console.log(JSON.stringify(result))
process.exit()

/** Milliseconds of CPU time: what others do on the machine does not count, collecting garbage beside us does. */
function cpuTime() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * The mean, not the median: collecting garbage is part of the cost. `waits`: most of the work is to wait for other
 * threads, so that the time of day counts. The JIT gets longer than the measurement takes: it may have to wait, too.
 */
async function run({ batch, run, waits = false }) {
  const now = waits ? () => performance.now() : cpuTime
  const bench = new Bench({ time: Number(ms), warmupTime: 300, warmup: true, throws: true, now })
  bench.add(contender, run)
  await bench.run()
  const { latency } = bench.tasks[0].result
  return { cost: (latency.mean * 1e6) / batch }
}
