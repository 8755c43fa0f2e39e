/**
 * Which of the things that one place saw are those that another place saw behind it: what was sent and what stands
 * on the wire, or what stands on the wire and what was received. TCP changes no order and loses nothing but the end.
 */

/** What is known of something that crossed the wire. */
export interface Seen {
  id: string
  kind: 'http' | 'frame' | 'end'
  opcode: number | null
  fin: boolean | null
  /** Bytes of the payload as it stands on the wire. */
  length: number | null
  /** Hex; `null`: not masked, or not known. */
  maskingKey: string | null
}

/** Pairs of ids. Of bytes that were put on the wire by hand the first thing that they are read as is in a pair. */
export function pairsOf(first: readonly Seen[], behind: readonly Seen[]): [string, string][] {
  const pairs: [string, string][] = []
  let at = 0
  for (const seen of behind) {
    // What was cut off never came.
    if (seen.kind === 'end') while (at < first.length && first[at]!.kind !== 'end') at++
    const one = first[at]
    if (one === undefined) break
    if (!isSame(one, seen)) continue
    pairs.push([one.id, seen.id])
    at++
  }
  return pairs
}

function isSame(a: Seen, b: Seen): boolean {
  return (
    a.kind === b.kind &&
    agree(a.opcode, b.opcode) &&
    agree(a.fin, b.fin) &&
    agree(a.length, b.length) &&
    agree(a.maskingKey, b.maskingKey)
  )
}

const agree = <T>(a: T | null, b: T | null) => a === null || b === null || a === b
