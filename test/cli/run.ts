import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const main = fileURLToPath(new URL('../../dist/lib/cli.js', import.meta.url))

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** A command line that is running; ends with its test. */
export class Running {
  stdout = ''
  stderr = ''
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>

  constructor(args: string[]) {
    this.child = spawn(process.execPath, [main, ...args])
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
    onTestFinished(async () => {
      this.child.kill('SIGKILL')
      await this.ended
    })
  }

  /** The first match in what it prints. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout)
      if (match !== null) return match
      const printed = once(this.child.stdout, 'data').then(() => true)
      if (!(await Promise.race([printed, this.ended.then(() => false)]))) {
        throw new Error(`ended without printing ${pattern}: ${this.stdout}${this.stderr}`)
      }
    }
  }
}

/** Runs a command line to its end, with `input` from a pipe. */
export function run(args: string[], input = ''): Promise<Ended> {
  const running = new Running(args)
  running.child.stdin.on('error', () => {})
  running.child.stdin.end(input)
  return running.ended
}

/** `serve` on free ports, and where it listens. */
export async function startServe(...args: string[]) {
  const running = new Running(['serve', '--port', '0', '--inspect-port', '0', ...args])
  const [, url] = await running.prints(/^listening on (ws:\/\/\S+)$/m)
  return { running, url: url! }
}
