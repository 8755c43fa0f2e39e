/** Writes the results of `npm run bench -- --json > FILE` as Markdown: `node test/bench/document.mjs FILE`. */
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2] ?? 0, 'utf8'))

function show(/** @type {number} */ cost, /** @type {string} */ unit) {
  if (unit === 'B') return `${Math.round(cost)} B`
  if (cost >= 1e6) return `${(cost / 1e6).toPrecision(3)} ms`
  return cost >= 1e3 ? `${(cost / 1e3).toPrecision(3)} µs` : `${cost.toPrecision(cost < 10 ? 2 : 3)} ns`
}

const judged = ({ of, against, metric, atLeast, ratio, met }) =>
  `${of === 'wirechart' ? '' : `${of}: `}${met ? '' : '**'}${ratio.toFixed(2)}x${met ? '' : '**'} ${against}` +
  `${metric === 'cost' ? '' : ` (${metric})`}, goal ${atLeast.toFixed(2)}`

console.log(
  `Node ${report.node} (V8 ${report.v8}), ${report.cpu}, ${report.cores} cores, ${report.date.slice(0, 10)}; ` +
    `medians of ${report.rounds} rounds, ${report.time} ms each.\n`,
)
console.log('| work | wirechart | the others | ratios (bold: not met) |\n|---|---|---|---|')
for (const { id, unit, results, goals } of report.rows) {
  const { wirechart, ...others } = results
  const rest = Object.entries(others).map(([name, { cost }]) => `${name} ${show(cost, unit)}`)
  console.log(
    `| ${id} | ${show(wirechart.cost, unit)} | ${rest.join(', ')} | ${goals.map(judged).join('; ')} |`,
  )
}
