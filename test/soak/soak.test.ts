/** `npm run soak` for a moment. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

const file = fileURLToPath(new URL('run.mjs', import.meta.url))

it('a soak of a moment: nothing is lost without a word, nothing is changed', async () => {
  const child = spawn(process.execPath, [file, '0.03', '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [code] = await once(child, 'close')
  console.log(output)
  expect(output).toMatch(/lost {6}0\n/)
  expect(output).toMatch(/changed {3}0\n/)
  expect(code).toBe(0)
}, 60_000)
