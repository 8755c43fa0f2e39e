/** What is lit, in words. */
import { type Crossing, crossingsOf } from '../../../src/report/crossings.ts'
import { otherSide } from '../../../src/report/step.ts'
import { crossingName } from '../ladder/words.ts'
import { effectWords, transitionIds } from '../log/words.ts'
import { type Entry, indexOfSeq } from '../model/records.ts'
import { eventName } from '../statechart/chart.ts'
import { clauseName } from './clause.ts'
import type { Frame, Scene } from './light.ts'
import { bitsIn, type Link, transitionIn } from './link.ts'

export function linkName(scene: Scene, { is, of, id }: Link): string {
  switch (is) {
    case 'clause':
      return clauseName(id)
    case 'record':
      return `event #${id}`
    case 'crossing':
      return frameName(scene, { of, id })
    case 'bits': {
      const { frame, from, to } = bitsIn(id)
      return `${bitsName(from, to)} of ${frameName(scene, { of, id: frame })}`
    }
    case 'effect': {
      const [seq, index] = id.split('.').map(Number) as [number, number]
      const effect = entryOf(scene, of, seq)?.effects?.[index]
      return effect === undefined ? `effect of #${seq}` : `${effectWords(effect)}, by #${seq}`
    }
    case 'transition': {
      const transition = transitionIn(id)
      return `${transitionIds(transition)} on ${eventName(transition.event)}`
    }
    case 'edge': {
      const edge = scene.connections.get(of)?.chart.edges.find((each) => each.id === id)
      return edge === undefined ? id : `${edge.source} → ${edge.target}`
    }
    case 'state':
      return `state ${id}`
  }
}

/** `byte 2`, `bytes 2 to 5`, `bit 4 to 7 of byte 0`; the first one is 0. */
function bitsName(from: number, to: number): string {
  const [first, last] = [Math.floor(from / 8), Math.ceil(to / 8) - 1]
  if (from % 8 === 0 && to % 8 === 0) return range('byte', first, last)
  if (first !== last) return `${range('bit', from, to - 1)}`
  return `${range('bit', from % 8, (to - 1) % 8)} of byte ${first}`
}

const range = (what: string, first: number, last: number) =>
  first === last ? `${what} ${first}` : `${what}s ${first} to ${last}`

function frameName(scene: Scene, frame: Frame): string {
  const elsewhere = scene.nameOf?.(frame)
  if (elsewhere != null) return elsewhere
  const [seq, index] = frame.id.split('.').map(Number) as [number, number]
  const side = scene.connections.get(frame.of)?.about?.side
  const entry = entryOf(scene, frame.of, seq)
  const crossing = entry === null || side === undefined ? undefined : crossingsOf(entry, side)[index]
  return crossing === undefined ? `#${seq}` : `${wayName(crossing)}, #${seq}`
}

/** `Pong, server to client`. */
function wayName(crossing: Crossing): string {
  return `${crossingName(crossing)}, ${crossing.from} to ${otherSide(crossing.from)}`
}

function entryOf({ connections }: Scene, of: string, seq: number): Entry | null {
  const entries = connections.get(of)?.entries ?? []
  const entry = entries[indexOfSeq(entries, seq)]
  return entry?.seq === seq ? entry : null
}
