import { createInterface, type Interface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Connection, connect } from '../node/index.ts'
import { InvalidUriError, parseUri } from '../protocol/index.ts'
import { harmless } from './harmless.ts'
import { UsageError } from './usage.ts'

/** How long a pipe waits for the next reply, ms. */
const SILENCE = 2_000

/** @throws UsageError, or TypeError of node:util, for arguments that make no sense. */
export function parseConnect(args: string[]): string {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true })
  const [url, ...more] = positionals
  if (url === undefined) throw new UsageError('connect needs a URL, such as ws://127.0.0.1:8765')
  if (more.length > 0) throw new UsageError(`connect takes one URL, not also '${more[0]}'`)
  try {
    parseUri(url)
  } catch (error) {
    if (error instanceof InvalidUriError) throw new UsageError(error.message)
    throw error
  }
  return url
}

/** Connects, and talks until the input ends, the peer closes, or `signal` is aborted (then with 1001). */
export async function runConnect(url: string, signal: AbortSignal): Promise<void> {
  const connection = await connect(url, { signal })
  const leave = () => void connection.close(1001)
  signal.addEventListener('abort', leave)
  try {
    const lines = createInterface({
      input: process.stdin,
      ...(process.stdin.isTTY ? { output: process.stdout } : {}),
      prompt: '> ',
    })
    await (process.stdin.isTTY ? converse(connection, lines) : exchange(connection, lines))
  } finally {
    signal.removeEventListener('abort', leave)
  }
  const { code, reason, wasClean, report } = await connection.closed
  if (report.error.normal || signal.aborted) return
  const how = wasClean ? 'closed for a reason' : 'not closed cleanly'
  throw new Error(`the connection was ${how}: ${code}${reason === '' ? '' : ` ${harmless(reason)}`}`)
}

/** A person types lines; what arrives is shown between them. */
async function converse(connection: Connection, lines: Interface): Promise<void> {
  const show = (text: string) => {
    process.stdout.write(`\r\x1b[K${text}\n`)
    lines.prompt(true)
  }
  console.log('connected: a line is a text message, Ctrl-D closes')
  connection.onMessage((message) => show(`< ${harmless(describe(message))}`))
  lines.on('line', (line) => {
    connection.send(line).catch((error: Error) => show(`! ${error.message}`))
    lines.prompt()
  })
  lines.on('close', () => void connection.close())
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  lines.prompt()
  const { code, reason } = await connection.closed
  lines.close()
  process.stdout.write(`\r\x1b[Kclosed: ${code}${reason === '' ? '' : ` ${harmless(reason)}`}\n`)
}

/** Each line of a pipe is a message; ends with as many replies, or when no more come. */
async function exchange(connection: Connection, lines: Interface): Promise<void> {
  let sent = 0
  let received = 0
  let inputEnded = false
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve, reject) => {
    const progress = () => {
      clearTimeout(timer)
      if (!inputEnded) return
      if (received >= sent) resolve()
      else timer = setTimeout(resolve, SILENCE)
    }
    connection.onMessage((message) => {
      received++
      console.log(describe(message))
      progress()
    })
    connection.closed.then(() => resolve(), reject)
    const sendAll = async () => {
      for await (const line of lines) {
        sent++
        await connection.send(line)
      }
      inputEnded = true
      progress()
    }
    // A connection that closed meanwhile is told of by `closed`.
    sendAll().catch((error: Error) => (connection.protocol.state === 'open' ? reject(error) : resolve()))
  }).finally(() => {
    clearTimeout(timer)
    lines.close()
  })
  await connection.close()
}

function describe(message: string | Uint8Array): string {
  if (typeof message === 'string') return message
  const hex = Buffer.from(message.buffer, message.byteOffset, Math.min(message.length, 64)).toString('hex')
  return `(binary, ${message.length} bytes) ${hex}${message.length > 64 ? '…' : ''}`
}
