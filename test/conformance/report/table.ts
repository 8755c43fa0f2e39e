/**
 * Vitest's reporter for `npm run conformance`: a table by category, side and runner, and every failed case by name.
 * Where a test belongs is read from the three names around it.
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node'

interface Row {
  category: string
  side: string
  /** By runner. */
  cells: Map<string, Count>
}

interface Count {
  cases: number
  failed: number
}

const write = (text: string) => process.stdout.write(`${text}\n`)

function placeOf(test: TestCase): [category: string, side: string, runner: string] {
  const names: string[] = []
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) names.unshift(parent.name)
  return [names[0] ?? 'other', names[1] ?? '', names[2] ?? '']
}

const inline = (value: unknown) => String(value).replaceAll(/\s+/g, ' ')

/** What went wrong in a case: the message, and for a difference what came instead. */
function detail(test: TestCase): string {
  const { errors = [] } = test.result()
  return errors
    .map(({ message, expected, actual }) => {
      const line = `    ${message.split('\n')[0]}`
      if (expected === undefined) return line
      return `${line}\n      expected ${inline(expected)}\n      actual   ${inline(actual)}`
    })
    .join('\n')
}

export default class TableReporter implements Reporter {
  readonly #rows = new Map<string, Row>()
  readonly #runners: string[] = []
  readonly #failures: string[] = []
  #started = 0

  onTestRunStart(): void {
    this.#started = performance.now()
  }

  onTestModuleEnd(module: TestModule): void {
    const seconds = (module.diagnostic().duration / 1_000).toFixed(1)
    write(`${module.relativeModuleId}: ${module.state()} in ${seconds} s`)
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result()
    if (state === 'skipped') return
    const [category, side, runner] = placeOf(test)
    const count = this.#countOf(category, side, runner)
    count.cases += 1
    if (state === 'passed') return
    count.failed += 1
    this.#failures.push(`  ${category} · ${side} · ${runner}\n    ${test.name}\n${detail(test)}`)
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { message: string; stack?: string }[],
  ): void {
    this.#printTable()
    if (this.#failures.length > 0) write(`\nFailed:\n${this.#failures.join('\n')}`)
    const broken = modules.flatMap((module) =>
      module.errors().map((error) => [module.moduleId, error] as const),
    )
    for (const [id, error] of broken) write(`\n${id}: ${error.stack ?? error.message}`)
    for (const error of unhandled) write(`\nUnhandled: ${error.stack ?? error.message}`)
  }

  #countOf(category: string, side: string, runner: string): Count {
    const id = `${category} · ${side}`
    let row = this.#rows.get(id)
    if (row === undefined) this.#rows.set(id, (row = { category, side, cells: new Map() }))
    let count = row.cells.get(runner)
    if (count === undefined) row.cells.set(runner, (count = { cases: 0, failed: 0 }))
    if (!this.#runners.includes(runner)) this.#runners.push(runner)
    return count
  }

  #printTable(): void {
    const runners = this.#runners.toSorted()
    const rows = [...this.#rows.values()].toSorted(
      (one, other) => one.category.localeCompare(other.category) || other.side.localeCompare(one.side),
    )
    const all = total(rows.flatMap(({ cells }) => [...cells.values()]))
    const columns = ['category', 'side', ...runners, 'cases', 'passed', 'failed']
    const lines = rows.map(({ category, side, cells }) => [
      category,
      side,
      ...runners.map((runner) => cell(cells.get(runner))),
      ...sums(total([...cells.values()])),
    ])
    const byRunner = runners.map((runner) =>
      cell(total(rows.flatMap(({ cells }) => cells.get(runner) ?? []))),
    )
    print([columns, ...lines, ['total', '', ...byRunner, ...sums(all)]])
    const seconds = ((performance.now() - this.#started) / 1_000).toFixed(1)
    write(`\n${all.cases} cases, ${all.cases - all.failed} passed, ${all.failed} failed, in ${seconds} s`)
  }
}

const cell = (count: Count | undefined) =>
  count === undefined
    ? ''
    : count.failed === 0
      ? `${count.cases}`
      : `${count.cases - count.failed}/${count.cases}`

const sums = ({ cases, failed }: Count) => [`${cases}`, `${cases - failed}`, `${failed}`]

const total = (counts: readonly Count[]): Count => ({
  cases: counts.reduce((sum, { cases }) => sum + cases, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
})

/** Words to the left, numbers to the right; a long heading over two lines. */
function print(lines: readonly string[][]): void {
  const [heading = [], ...rows] = lines
  const [upper, lower] = [
    heading.map((name) => name.split(', ')[0]!),
    heading.map((name) => name.split(', ')[1] ?? ''),
  ]
  const widths = heading.map((_, at) => Math.max(...[upper, lower, ...rows].map((line) => line[at]!.length)))
  const show = (line: readonly string[]) =>
    line
      .map((text, at) => (at < 2 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  write(`\n${show(upper)}\n${show(lower)}\n${rule}`)
  for (const row of rows.slice(0, -1)) write(show(row))
  write(`${rule}\n${show(rows.at(-1)!)}`)
}
