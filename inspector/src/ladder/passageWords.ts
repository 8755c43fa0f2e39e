/** What the ladder says of things that went from one end to the other. */
import type { Crossing } from '../../../src/report/crossings.ts'
import { otherSide } from '../../../src/report/step.ts'
import { duration, offset } from '../model/format.ts'
import type { Entry } from '../model/records.ts'
import { type Between, ends } from './between.ts'
import type { Fate, Passing } from './pairing.ts'

/** All that both ends know of it; `entry` is where it is described. */
export function told(moment: Passing): { crossing: Crossing; entry: Entry } {
  const { sent, received } = ends(moment)
  if (sent === null || received === null) return moment
  const [a, b] = [sent.crossing, received.crossing]
  const crossing = {
    ...a,
    fate: b.fate,
    length: a.length ?? b.length,
    preview: a.preview ?? b.preview,
    wire: a.wire ?? b.wire,
    http: a.http ?? b.http,
  }
  return { crossing, entry: b.fate === 'invalid' ? received.entry : sent.entry }
}

/** That something did not go from one end to the other. */
export function fateWords(
  fate: Fate,
  { from, name, kind }: Pick<Crossing, 'from' | 'name' | 'kind'>,
): { short: string; why: string } | null {
  const to = otherSide(from)
  switch (fate) {
    case 'lost':
      // Who gives up tells nobody.
      if (name === 'given up') return null
      return { short: 'never received', why: `The ${to} came to its end before it arrived` }
    case 'unread':
      return { short: 'not read', why: `The ${to} had stopped reading: it had failed, or had its Close` }
    case 'too late':
      return { short: 'too late', why: 'TCP was gone when it was to be sent' }
    case 'under way':
      return { short: 'on its way', why: `The ${to} has not received it yet` }
    case 'replaced':
      return { short: 'replaced', why: 'It was not sent after all: the Pong for a later Ping took its place' }
    case 'untold':
      return { short: 'not seen to arrive', why: `The records of the ${to} end before` }
    case 'unsent':
      return {
        short: kind === 'end' ? `not by the ${from}` : 'not seen to leave',
        why:
          kind === 'end'
            ? `It is nothing that the ${from} sent: the system ended TCP, or something between the two`
            : `The ${from} has no record of having sent it`,
      }
    case 'arrives':
      return null
  }
}

/** `sent +0.010 s, received +0.014 s`, from the `start` on. */
export function timesWords(sent: number | null, received: number | null, start: number): string {
  const words = [
    sent === null ? '' : `sent ${offset(sent - start)}`,
    received === null ? '' : `received ${offset(received - start)}`,
  ]
  return words.filter((each) => each !== '').join(', ')
}

/** How long something was on its way: `0.3 ms`. */
export const travelWords = (ms: number) => (Math.abs(ms) < 10 ? `${ms.toFixed(1)} ms` : duration(ms))

/** How the clock of the other end was set, and what else would have done. */
export function clockWords({ pairing, shift, observed }: Between, peer: string): string {
  const { least, most } = pairing.bounds
  const moved = shift[otherSide(observed)]
  // Times of the other end move the other way if it is the client.
  const [from, to] = observed === 'client' ? [least, most] : [-most, -least]
  const fits = `${signed(from)} to ${signed(to)} would fit`
  return moved === 0
    ? `Their clocks agree as far as can be told: no times were moved (${fits}).`
    : `Their clocks were aligned: the times of ${peer} were moved by ${signed(moved)}, so that nothing arrives before it was sent (${fits}).`
}

function signed(ms: number): string {
  if (!Number.isFinite(ms)) return ms < 0 ? 'any less' : 'any more'
  const size = Math.abs(ms)
  return `${ms < 0 ? '−' : '+'}${size < 1000 ? `${size.toFixed(1)} ms` : size < 100_000 ? `${(size / 1000).toFixed(3)} s` : duration(size)}`
}
