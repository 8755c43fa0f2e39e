/** `npm run fuzz`: as long as it is told to, from another seed each time. */
import { parseArgs } from 'node:util'
import { fuzz } from './loop.ts'
import { targets } from './targets.ts'

const usage = `npm run fuzz -- [--seconds N] [--seed N] [--target NAME]

  --seconds N     in all: 60
  --seed N        to see the same again; random
  --target NAME   one of: ${targets.map(({ name }) => name).join(', ')}
`

/** Returns the exit code. */
export function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      target: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target)
  if (chosen.length === 0) {
    process.stderr.write(usage)
    return 2
  }
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)
  console.log(`seed ${seed}`)
  for (const target of chosen) {
    const end = performance.now() + (Number(values.seconds) * 1000) / chosen.length
    const { inputs, corpus, signatures, failure } = fuzz(target, seed, () => performance.now() < end)
    console.log(`${target.name}: ${inputs} inputs, ${signatures} signatures, ${corpus} kept`)
    if (failure === null) continue
    console.log(`\n${failure.error.stack}\n
Add it to test/fuzz/findings.ts:
  { target: '${target.name}', what: '', input: '${Buffer.from(failure.input).toString('base64')}' },`)
    return 1
  }
  return 0
}
