/** A mistake in the command line: one line on standard error, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `usage:
  wirechart serve [--port N] [--host H] [--inspect-port N] [--inspect-host H] [--no-inspect]
                  [--max-size BYTES] [--no-compression]
      an echo server, and the inspector's page attached to it
  wirechart connect URL
      an interactive client: a line typed is a text message; from a pipe it sends each line,
      waits for as many replies or 2 s of silence, and closes
  wirechart inspect FILE [--inspect-port N] [--inspect-host H]
      the inspector's page with a trace in it, as the page saves them (JSON Lines)
  wirechart --help | --version

serve listens on 127.0.0.1:8765, its inspector on 127.0.0.1:8766; port 0 picks a free one.
--max-size limits a message, in bytes (64 MiB).
`

/** A whole number in a range, from the text behind an option. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not '${text}'`)
}
