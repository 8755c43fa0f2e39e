/**
 * What lights what: an element is lit by whatever it belongs to, and by whatever belongs to it. A byte belongs to its
 * frame, a frame to its record and to the effect that it was, an effect to its record, a record to the transitions
 * that it took, and these to the sections that they cite. Pure, and lazy: nothing is computed of a record that nobody
 * asks about.
 */
import { type Crossing, crossingsOf } from '../../../src/report/crossings.ts'
import { opcodeSection } from '../frame/header.ts'
import type { Connection } from '../model/connection.ts'
import { type Entry, indexOfSeq } from '../model/records.ts'
import type { Chart, ChartEdge, ChartTransition } from '../statechart/chart.ts'
import { litBy } from '../statechart/lit.ts'
import { clausesIn } from './clause.ts'
import { bitsIn, clauseKey, type Declared, keyOf, type Link, transitionIn, transitionLink } from './link.ts'

/** Something that crossed the wire: the `id` of a crossing, in the records of `of`. */
export interface Frame {
  of: string
  id: string
}

/** What is on the page. */
export interface Scene {
  connections: ReadonlyMap<string, Connection>
  /** The same frame elsewhere: on the wire, and in the records of the other side. */
  twins(frame: Frame): readonly Frame[]
  /** What a frame is called that is in no connection's records. */
  nameOf?(frame: Frame): string | null
}

export const noTwins = (): readonly Frame[] => []

/** Whether `target` lights what is declared. */
export function lightOf(scene: Scene, target: Declared): (declared: Declared) => boolean {
  const above = new Set(target.cites.map(clauseKey))
  for (const link of target.links) for (const key of belongsTo(scene, link)) above.add(key)
  const keys = target.links.map(keyOf)
  const bits = target.links.filter(({ is }) => is === 'bits')
  const lights = (link: Link) => {
    // Of a frame that is lit, not every bit is: its name is.
    if (link.is === 'bits') return bits.some((each) => overlap(scene, each, link))
    if (above.has(keyOf(link))) return true
    const up = belongsTo(scene, link)
    return keys.some((key) => up.has(key))
  }
  return ({ links, cites }) => cites.some((clause) => keys.includes(clauseKey(clause))) || links.some(lights)
}

/** Keys of what a link belongs to, itself among them. */
function belongsTo(scene: Scene, link: Link): ReadonlySet<string> {
  const found = new Set([keyOf(link)])
  const { is, of, id } = link
  const connection = scene.connections.get(of)
  const take = (keys: Iterable<string>) => {
    for (const key of keys) found.add(key)
  }
  switch (is) {
    case 'bits':
      take(upOfFrame(scene, { of, id: bitsIn(id).frame }))
      break
    case 'crossing':
      take(upOfFrame(scene, { of, id }))
      break
    case 'record': {
      const facts = connection === undefined ? null : factsAt(connection, Number(id))
      if (facts === null) break
      take(facts.up.map((key) => scoped(of, key)))
      for (const { index } of facts.crossings) {
        for (const twin of scene.twins({ of, id: `${id}.${index}` })) take(upOfOne(scene, twin))
      }
      break
    }
    case 'effect': {
      const [seq = '', index = ''] = id.split('.')
      const facts = connection === undefined ? null : factsAt(connection, Number(seq))
      if (facts === null) break
      const crossed = crossingOfEffect(facts, Number(index))
      if (crossed !== null) take(upOfFrame(scene, { of, id: `${seq}.${crossed}` }))
      take(facts.up.map((key) => scoped(of, key)))
      break
    }
    case 'transition':
      if (connection !== undefined)
        take(upOfTransition(connection.chart, transitionIn(id)).map((key) => scoped(of, key)))
      break
    case 'edge':
      if (connection !== undefined) {
        const { chart } = connection
        for (const each of edgeOf(chart, id)?.transitions ?? []) take(clausesOf(chart, each).map(clauseKey))
      }
      break
    case 'state':
      take(clausesIn(connection?.chart.states.get(id)?.section ?? '').map(clauseKey))
  }
  return found
}

const CLAUSE = ' clause '
const scoped = (of: string, key: string) => (key.startsWith(CLAUSE) ? key : `${of} ${key}`)

/** A frame and all that it is elsewhere, and what it answers, with what those belong to. */
function upOfFrame(scene: Scene, frame: Frame): string[] {
  return everywhere(scene, frame).flatMap((each) => {
    const cause = causeOf(scene, each)
    const answered = cause === null ? [] : everywhere(scene, cause)
    return [...effectsOf(scene, each), ...[each, ...answered].flatMap((one) => upOfOne(scene, one))]
  })
}

const everywhere = (scene: Scene, frame: Frame) => [frame, ...scene.twins(frame)]

/** Of a frame in the records of one side. */
function upOfOne(scene: Scene, { of, id }: Frame): string[] {
  const key = `${of} crossing ${id}`
  const { facts, crossing } = recordedAt(scene, { of, id })
  if (facts === null || crossing === undefined) return [key]
  const section = crossing.kind === 'frame' ? opcodeSection(crossing.opcode) : null
  const clause = section === null ? [] : [clauseKey(`6455 ${section}`)]
  return [key, ...clause, ...facts.up.map((key) => scoped(of, key))]
}

/** The effects that a frame was. */
function effectsOf(scene: Scene, { of, id }: Frame): string[] {
  const { facts, crossing, seq } = recordedAt(scene, { of, id })
  if (facts === null || crossing === undefined) return []
  const effects = [...facts.effects.keys()].filter(
    (effect) => crossingOfEffect(facts, effect) === crossing.index,
  )
  return effects.map((effect) => `${of} effect ${seq}.${effect}`)
}

/** What the protocol sends by itself is an answer to the record's own frame. */
function causeOf(scene: Scene, { of, id }: Frame): Frame | null {
  const { facts, crossing, seq } = recordedAt(scene, { of, id })
  const isAnswer = crossing?.automatic === true && facts?.crossings[0]?.automatic === false
  return isAnswer ? { of, id: `${seq}.0` } : null
}

function recordedAt({ connections }: Scene, { of, id }: Frame) {
  const [seq, index] = id.split('.').map(Number) as [number, number]
  const connection = connections.get(of)
  const facts = connection === undefined ? null : factsAt(connection, seq)
  return { facts, crossing: facts?.crossings[index], seq }
}

/** Place of the frame that an effect was: what was written, or what was delivered. */
function crossingOfEffect({ crossings, effects }: Facts, effect: number): number | null {
  const crossed = crossings.find((each) => each.effect === effect)
  if (crossed !== undefined) return crossed.index
  const own = crossings[0]
  return effects[effect]?.type === 'deliver' && own !== undefined && !own.automatic ? own.index : null
}

function overlap(scene: Scene, one: Link, other: Link): boolean {
  const a = bitsIn(one.id)
  const b = bitsIn(other.id)
  if (a.as !== b.as || a.from >= b.to || b.from >= a.to) return false
  const isOther = ({ of, id }: Frame) => of === other.of && id === b.frame
  return isOther({ of: one.of, id: a.frame }) || scene.twins({ of: one.of, id: a.frame }).some(isOther)
}

// ---- What is known of a record by itself ----

interface Facts {
  crossings: readonly Crossing[]
  effects: NonNullable<Entry['effects']>
  /** Keys, without the connection, of the record and of what it belongs to. */
  up: readonly string[]
}

const known = new WeakMap<Entry, Facts>()

function factsAt(connection: Connection, seq: number): Facts | null {
  const { entries, about, chart } = connection
  const entry = entries[indexOfSeq(entries, seq)]
  if (entry?.seq !== seq) return null
  let facts = known.get(entry)
  if (facts === undefined) {
    const crossings = about === null ? [] : crossingsOf(entry, about.side)
    facts = { crossings, effects: entry.effects ?? [], up: upOfEntry(chart, entry, crossings) }
    known.set(entry, facts)
  }
  return facts
}

function upOfEntry(chart: Chart, entry: Entry, crossings: readonly Crossing[]): string[] {
  const up = [`record ${entry.seq}`]
  for (const transition of entry.transitions) {
    up.push(...upOfTransition(chart, transition))
    for (const target of transition.targets) {
      up.push(`state ${target}`, ...clausesIn(chart.states.get(target)?.section ?? '').map(clauseKey))
    }
  }
  const own = crossings[0]
  const section = own === undefined || own.automatic ? null : opcodeSection(own.opcode)
  if (section !== null) up.push(clauseKey(`6455 ${section}`))
  if (typeof entry.event.section === 'string') up.push(...clausesIn(entry.event.section).map(clauseKey))
  return up
}

function upOfTransition(chart: Chart, transition: Entry['transitions'][number]): string[] {
  const { edges, within } = litBy(chart, [transition])
  const up = [transitionLink(transition), ...[...edges].map((id) => `edge ${id}`)]
  for (const id of within.keys()) {
    up.push(`state ${id}`, ...clausesIn(chart.states.get(id)?.section ?? '').map(clauseKey))
  }
  for (const told of toldOf(chart, transition)) up.push(...clausesOf(chart, told).map(clauseKey))
  return up
}

/** What a transition cites; failing that, what the state does that it leaves. */
function clausesOf(chart: Chart, { description, source }: ChartTransition): string[] {
  const own = clausesIn(description ?? '')
  return own.length > 0 ? own : clausesIn(chart.states.get(source)?.section ?? '')
}

/** The transitions of the chart that this may have been: of those that guards tell apart, each. */
function toldOf(chart: Chart, { source, event, targets }: Entry['transitions'][number]): ChartTransition[] {
  const all = chart.states.get(source)?.transitions ?? []
  return all.filter((each) => each.event === event && each.targets.join() === targets.join())
}

const edgeOf = (chart: Chart, id: string): ChartEdge | undefined => chart.edges.find((edge) => edge.id === id)
