/**
 * `npm run bench`: wirechart beside the other libraries.
 *
 *     npm run bench -- [--quick] [--json] [--only TEXT] [--rounds N] [--time MS]
 *     npm run bench -- --growth [--quick] [--rounds N] [--time MS]
 *
 * Each contender of a row works in a process of its own, so that nobody profits or suffers from what the JIT made of
 * another's calls; they take short turns, in an order that changes, so that a slow moment hits all of them; what is
 * compared are medians. Ratios are to be trusted, times are for scale.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { contend } from './contend.mjs'
import { grow } from './growth.mjs'
import { build } from './library.mjs'
import { rows } from './rows.mjs'

const { values: options } = parseArgs({
  options: {
    growth: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    time: { type: 'string' },
  },
})

const rounds = Number(options.rounds ?? (options.quick ? 1 : 3))
const time = Number(options.time ?? (options.quick ? 50 : 400))
const isRival = (/** @type {string} */ contender) => /^(ws|websocket-driver)/.test(contender)

/** How far each goal was reached. */
function judge(/** @type {import('./rows.mjs').Row} */ { goals }, results) {
  return goals.map(({ of = 'wirechart', against, atLeast, metric = 'cost' }) => {
    const other =
      against === 'best'
        ? Math.min(
            ...Object.entries(results)
              .filter(([contender]) => isRival(contender))
              .map(([, result]) => result[metric]),
          )
        : results[against][metric]
    const ratio = other / results[of][metric]
    return { of, against, metric, atLeast, ratio, met: ratio >= atLeast }
  })
}

function show(/** @type {number} */ cost, unit = 'ns') {
  if (unit === 'B') return `${Math.round(cost)} B`
  if (cost >= 1e6) return `${(cost / 1e6).toFixed(2)} ms`
  return cost >= 1e3 ? `${(cost / 1e3).toFixed(2)} µs` : `${cost.toFixed(cost < 10 ? 1 : 0)} ns`
}

function print(row, results, verdicts) {
  const costs = Object.entries(results).map(([contender, { cost }]) => `${contender} ${show(cost, row.unit)}`)
  console.log(`${row.id}\n    ${costs.join(' · ')}`)
  for (const { of, against, metric, atLeast, ratio, met } of verdicts) {
    const what = metric === 'cost' ? '' : ` in ${metric}`
    const ratios = `${ratio.toFixed(2)}x of ${against}${what}, to be ${atLeast.toFixed(2)}x`
    console.log(`    ${met ? 'met    ' : 'NOT MET'} ${of}: ${ratios}`)
  }
}

await build()
if (options.growth) {
  await grow({ rounds, time })
  process.exit()
}
const machine = {
  node: process.version,
  v8: process.versions.v8,
  cpu: cpus()[0].model.trim(),
  cores: cpus().length,
}
const report = { date: new Date().toISOString(), ...machine, rounds, time, rows: [] }
if (!options.json) {
  console.log(
    `Node ${machine.node}, V8 ${machine.v8}, ${machine.cpu}, ${machine.cores} cores; ${rounds} rounds\n`,
  )
}
for (const row of rows.filter(({ id }) => id.includes(options.only))) {
  if (options.json) process.stderr.write(`${row.id}\n`)
  const params =
    row.params.task === 'open' && options.quick ? { ...row.params, connections: 1000 } : row.params
  const results = await contend({ ...row, params }, { rounds, time })
  const verdicts = judge(row, results)
  report.rows.push({ id: row.id, unit: row.unit ?? 'ns', results, goals: verdicts })
  if (!options.json) print(row, results, verdicts)
}
if (options.json) console.log(JSON.stringify(report, null, 2))
else {
  const goals = report.rows.flatMap((row) => row.goals)
  console.log(`\n${goals.filter(({ met }) => met).length} of ${goals.length} goals met`)
}
