import { parseArgs } from 'node:util'
import { serve } from '../node/index.ts'
import { aborted } from './aborted.ts'
import { UsageError, wholeNumber } from './usage.ts'
import { withXstate } from './with-xstate.ts'

const MAX_SIZE = 64 * 2 ** 20
const loopback = '127.0.0.1'

export interface ServeArguments {
  port: number
  host: string
  inspect: { port: number; host: string } | null
  /** Bytes. */
  maxSize: number
  compression: boolean
}

/** @throws UsageError, or TypeError of node:util, for arguments that make no sense. */
export function parseServe(args: string[]): ServeArguments {
  const { values, positionals } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8765' },
      host: { type: 'string', default: loopback },
      'inspect-port': { type: 'string', default: '8766' },
      'inspect-host': { type: 'string', default: loopback },
      'no-inspect': { type: 'boolean', default: false },
      'max-size': { type: 'string', default: String(MAX_SIZE) },
      'no-compression': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  if (positionals.length > 0) throw new UsageError(`serve takes no argument '${positionals[0]}'`)
  for (const option of ['host', 'inspect-host'] as const) {
    if (values[option] === '') throw new UsageError(`--${option} takes a name or an address`)
  }
  const port = wholeNumber('--port', values.port, 0, 65_535)
  const inspectPort = wholeNumber('--inspect-port', values['inspect-port'], 0, 65_535)
  return {
    port,
    host: values.host,
    inspect: values['no-inspect'] ? null : { port: inspectPort, host: values['inspect-host'] },
    maxSize: wholeNumber('--max-size', values['max-size'], 0, Number.MAX_SAFE_INTEGER),
    compression: !values['no-compression'],
  }
}

/** Runs until `signal` is aborted, then closes every connection with 1001. */
export async function runServe(options: ServeArguments, signal: AbortSignal): Promise<void> {
  const { port, host, maxSize, compression } = options
  const inspect = options.inspect === null ? null : await withXstate(import('../inspect/node.ts'))
  const inspector = inspect === null ? null : inspect.createInspector()
  await using server = await serve(
    async (connection) => {
      for await (const message of connection) await connection.send(message)
    },
    { port, host, maxSize, compression, ...(inspector === null ? {} : { inspect: inspector }) },
  )
  const url = `ws://${bracketed(host)}:${server.port}`

  const page =
    inspect === null || inspector === null
      ? null
      : await inspect.serveInspector(inspector, { ...options.inspect, echoUrl: url })
  try {
    console.log(`listening on ${url}`)
    if (page !== null) console.log(`inspector on ${page.url}`)
    await aborted(signal)
    await server.close()
  } finally {
    await page?.close()
  }
}

/** An IPv6 address as it stands in a URL. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
