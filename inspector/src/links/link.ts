/**
 * What an element of the page is, as it declares it in `data-link`: a kind and an id, such as `record 5`; several of
 * them a line each. Ids are those of the connection that the nearest `data-link-of` around it names. The sections
 * that it cites besides are in `data-link-cites`.
 */
import type { TransitionRecord } from '../../../src/inspect/records.ts'
import { clausesIn } from './clause.ts'

export type LinkKind = 'record' | 'crossing' | 'bits' | 'effect' | 'transition' | 'edge' | 'state' | 'clause'

export interface Link {
  is: LinkKind
  /** Id of the connection; `''` for a clause, which belongs to none. */
  of: string
  id: string
}

/** What an element declares, read. */
export interface Declared {
  links: readonly Link[]
  /** Clauses. */
  cites: readonly string[]
}

export const recordLink = (seq: number) => `record ${seq}`

/** The `index`th thing that a record put on the wire, as `crossingsOf` has them. */
export const crossingLink = (seq: number, index: number) => `crossing ${seq}.${index}`

/** The same on the wire of the lab, which is in nobody's records. */
export const crossingOnWire = (id: string) => `crossing ${id}`

/** The `index`th thing that the machine emitted with a record. */
export const effectLink = (seq: number, index: number) => `effect ${seq}.${index}`

/** Every transition that is drawn as this arrow. */
export const edgeLink = (id: string) => `edge ${id}`

export const stateLink = (id: string) => `state ${id}`

export const clauseLink = (clause: string) => `clause ${clause}`

export function transitionLink({ source, event, targets }: Readonly<Transition>): string {
  const left = targets.length === 1 && targets[0] === source ? [] : targets
  return `transition ${[source, event, ...left].join(' ')}`
}

type Transition = Pick<TransitionRecord, 'source' | 'event'> & { targets: readonly string[] }

export function transitionIn(id: string): TransitionRecord {
  const [source = '', event = '', ...targets] = id.split(' ')
  return { source, event, targets }
}

/** Bits of a frame, from its first one on: where they stand on the wire, or in the payload as the record has it. */
export interface Bits {
  /** Id of the crossing. */
  frame: string
  from: number
  to: number
  as: 'wire' | 'shown'
}

export function bitsLink(frame: string, from: number, to: number, as: Bits['as'] = 'wire'): string {
  return `bits ${frame} ${as} ${from} ${to}`
}

export function bitsIn(id: string): Bits {
  const [frame = '', as, from, to] = id.split(' ')
  return { frame, as: as === 'shown' ? 'shown' : 'wire', from: Number(from), to: Number(to) }
}

/** The one name of a link on the whole page. */
export const keyOf = ({ is, of, id }: Link) => `${of} ${is} ${id}`

export const clauseKey = (clause: string) => ` clause ${clause}`

export function readLinks(text: string | null, of: string): Link[] {
  if (text === null || text === '') return []
  return text.split('\n').map((line) => {
    const space = line.indexOf(' ')
    const is = line.slice(0, space) as LinkKind
    return { is, of: is === 'clause' ? '' : of, id: line.slice(space + 1) }
  })
}

/** What an element is and what it cites, as its attributes. */
export function declare(link: string | readonly string[] | null, cites: string | null = null) {
  const lines = typeof link === 'string' ? link : link?.join('\n')
  const clauses = cites === null ? [] : clausesIn(cites)
  return {
    'data-link': lines === '' ? undefined : lines,
    'data-link-cites': clauses.length === 0 ? undefined : clauses.join('\n'),
  }
}
