/** Sections of RFCs under one name each, however they are cited: `6455 5.5.1`. */

const NUMBER = String.raw`\d+(?:\.\d+)*`
/** `RFC 6455, section 5.5.1`, `RFC 7692 6`, `sections 4.1 and 4.2.2`: in the middle of a sentence too. */
const CITED = new RegExp(
  String.raw`(?:RFC (\d+)(?:, |,? sections? | )|\bsections? )(${NUMBER}(?:(?:, | and )${NUMBER})*)`,
  'gi',
)
const BARE = new RegExp(`^${NUMBER}$`)

/** The sections that a text cites, each once; those without an RFC are of RFC 6455. */
export function clausesIn(text: string): string[] {
  if (BARE.test(text)) return [`6455 ${text}`]
  return [...new Set(piecesOf(text).flatMap(({ clauses }) => clauses))]
}

/** A sentence, and the citations in it. */
export interface Piece {
  text: string
  /** What it cites; of what stands between citations, nothing. */
  clauses: string[]
}

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  for (const { 0: cited, 1: rfc = '6455', 2: numbers = '', index } of text.matchAll(CITED)) {
    if (index > done) pieces.push({ text: text.slice(done, index), clauses: [] })
    pieces.push({ text: cited, clauses: numbers.split(/, | and /).map((number) => `${rfc} ${number}`) })
    done = index + cited.length
  }
  if (done < text.length) pieces.push({ text: text.slice(done), clauses: [] })
  return pieces
}

/** `RFC 6455, section 5.5.1`. */
export function clauseName(clause: string): string {
  const [rfc, number] = clause.split(' ')
  return `RFC ${rfc}, section ${number}`
}
