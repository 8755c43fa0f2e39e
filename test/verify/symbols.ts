/**
 * What can be under way between the two sides, one number each. A Close is told apart by who chose its code and why,
 * so that it can be followed through its echo to what the other side reports.
 */
export const Sign = {
  request: 1,
  accepting: 2,
  refusing: 3,
  text: 4,
  textStart: 5,
  binary: 6,
  binaryStart: 7,
  last: 8,
  middle: 9,
  ping: 10,
  pong: 11,
  /** Data that the receiver must refuse: too big for it, or text that is not UTF-8. */
  wrong: 12,
  /** The first of the Close frames: see `closeOf`. */
  close: 13,
  /** FIN: the end of this direction. */
  end: 19,
} as const

/** Why a Close was sent: the application closed, it failed the connection, or the input was wrong. */
export const Reason = { closed: 0, failed: 1, wrongInput: 2 } as const

const CODES = [1000, 1011, 1009]

/** The Close frame that `side` (0: client, 1: server) made up. An echo is the same one. */
export const closeOf = (side: 0 | 1, reason: 0 | 1 | 2) => Sign.close + side * 3 + reason

export const isClose = (symbol: number) => symbol >= Sign.close && symbol < Sign.end

/** Its close code, told apart by side: 3000 is added to those that the server chose. */
export function codeOf(close: number): number {
  const at = close - Sign.close
  return CODES[at % 3]! + (at >= 3 ? 3000 : 0)
}

export const isData = (symbol: number) =>
  (symbol >= Sign.text && symbol <= Sign.middle) || symbol === Sign.wrong

const names: Record<number, string> = Object.fromEntries(
  Object.entries(Sign).map(([name, symbol]) => [symbol, name]),
)

export const nameOf = (symbol: number) => (isClose(symbol) ? `close ${codeOf(symbol)}` : names[symbol]!)
