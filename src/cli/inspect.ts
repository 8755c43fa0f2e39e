import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import type { TraceReader } from '../inspect/trace.ts'
import { aborted } from './aborted.ts'
import { harmless } from './harmless.ts'
import { UsageError, wholeNumber } from './usage.ts'
import { withXstate } from './with-xstate.ts'

export interface InspectArguments {
  file: string
  port: number
  host: string
}

/** Wrong lines that are told of one by one. */
const MAX_TOLD = 5

/** @throws UsageError, or TypeError of node:util, for arguments that make no sense. */
export function parseInspect(args: string[]): InspectArguments {
  const { values, positionals } = parseArgs({
    args,
    options: {
      'inspect-port': { type: 'string', default: '8766' },
      'inspect-host': { type: 'string', default: '127.0.0.1' },
    },
    allowPositionals: true,
  })
  const [file, ...more] = positionals
  if (file === undefined) throw new UsageError('inspect needs a trace, such as connection.jsonl')
  if (more.length > 0) throw new UsageError(`inspect takes one trace, not also '${more[0]}'`)
  if (values['inspect-host'] === '') throw new UsageError('--inspect-host takes a name or an address')
  const port = wholeNumber('--inspect-port', values['inspect-port'], 0, 65_535)
  return { file, port, host: values['inspect-host'] }
}

/** Serves the page with the trace in it until `signal` is aborted. */
export async function runInspect({ file, port, host }: InspectArguments, signal: AbortSignal): Promise<void> {
  const body = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${file}: ${reasons[error.code ?? ''] ?? error.message}`)
  })
  const [{ serveTrace }, trace] = await withXstate(
    Promise.all([import('../inspect/server.ts'), import('../inspect/trace.ts')]),
  )
  check(file, body, new trace.TraceReader())
  const page = await serveTrace({ name: basename(file), body }, { port, host })
  try {
    console.log(`inspector on ${page.url}`)
    await aborted(signal)
  } finally {
    await page.close()
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
}

/** Tells on standard error which lines are wrong; throws if there is nothing to look at. */
function check(file: string, body: Uint8Array, reader: TraceReader): void {
  const decoder = new TextDecoder()
  for (let at = 0; at < body.length; at += PIECE) {
    reader.push(decoder.decode(body.subarray(at, at + PIECE), { stream: true }))
  }
  reader.push(decoder.decode())
  reader.end()
  const { problems, moreProblems, records } = reader
  const [first] = problems
  if (records === 0) {
    const why = first === undefined ? 'it is empty' : `line ${first.line}: ${harmless(first.message)}`
    throw new UsageError(`${file} is no trace: ${why}`)
  }
  for (const { line, message } of problems.slice(0, MAX_TOLD)) {
    process.stderr.write(`wirechart: ${file}, line ${line}: ${harmless(message)}\n`)
  }
  const more = problems.length + moreProblems - MAX_TOLD
  if (more > 0) process.stderr.write(`wirechart: ${file}: ${more} more problems\n`)
}

const PIECE = 2 ** 20
