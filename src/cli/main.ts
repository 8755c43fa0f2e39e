#!/usr/bin/env node
import { createRequire } from 'node:module'
import { parseConnect, runConnect } from './connect.ts'
import { parseInspect, runInspect } from './inspect.ts'
import { parseServe, runServe } from './serve.ts'
import { UsageError, usage } from './usage.ts'

/** What the command line asks for, as a task that ends when `signal` is aborted. */
function understand(args: string[]): (signal: AbortSignal) => Promise<void> {
  const [command, ...rest] = args
  switch (command) {
    case 'serve': {
      const options = parseServe(rest)
      return (signal) => runServe(options, signal)
    }
    case 'connect': {
      const url = parseConnect(rest)
      return (signal) => runConnect(url, signal)
    }
    case 'inspect': {
      const options = parseInspect(rest)
      return (signal) => runInspect(options, signal)
    }
    case '--help':
    case '-h':
      return async () => void process.stdout.write(usage)
    case '--version':
      return async () => console.log(version())
    case undefined:
      throw new UsageError('a command is missing: serve, connect or inspect (see --help)')
    default:
      throw new UsageError(`there is no command '${command}': serve, connect or inspect (see --help)`)
  }
}

function version(): string {
  return (createRequire(import.meta.url)('wirechart/package.json') as { version: string }).version
}

/** The complaint about wrong arguments, or `null` if that is not what went wrong. */
function usageComplaint(error: unknown): string | null {
  if (error instanceof UsageError) return error.message
  const isParseArgs =
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  // Its further sentences are advice for other cases.
  return isParseArgs ? error.message.split('. ')[0]! : null
}

function complain(message: string): void {
  process.stderr.write(`wirechart: ${message.replace(/\s*\n\s*/g, ' ')}\n`)
}

const stop = new AbortController()
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  // Whoever read what is printed has read enough, as `head` does.
  stop.abort()
})
try {
  const run = understand(process.argv.slice(2))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  await run(stop.signal)
  process.exitCode = 0
} catch (error) {
  if (stop.signal.aborted && (error as Error).name === 'AbortError') process.exitCode = 0
  else {
    const usage = usageComplaint(error)
    complain(usage ?? (error instanceof Error ? error.message : String(error)))
    process.exitCode = usage === null ? 1 : 2
  }
}
// A terminal that is being read would keep the process alive.
process.stdin.unref?.()
