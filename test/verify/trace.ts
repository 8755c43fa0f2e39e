/** A path through the world in words, and as records that the inspector opens. */
import { type Configuration, Effect, type EffectName } from '../../machines/table.ts'
import {
  type ConnectionRecord,
  type EffectRecord,
  type EventRecord,
  RECORD_VERSION,
  type StepRecord,
  type TransitionRecord,
  type WireRecord,
} from '../../src/inspect/records.ts'
import { Broken } from './invariants.ts'
import { codeOf, nameOf } from './symbols.ts'
import { type Act, type Bounds, eventOf, type Stepped, type Table, World } from './world.ts'

const sides = ['client', 'server'] as const

const placeOf = ({ lifecycle }: Configuration) =>
  typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle)[0]!.join('.')

function effectsOf({ effects, column, symbol, close }: Stepped): EffectRecord[] {
  const kind = eventOf(column).type.replace(/^\w+\./, '')
  const words: Record<EffectName, () => EffectRecord> = {
    deliver: () => ({ type: 'deliver', what: kind }),
    fail: () => ({ type: 'fail', rule: '*', code: 1002 }),
    'fail.UNEXPECTED_CONTINUATION': () => ({ type: 'fail', rule: 'UNEXPECTED_CONTINUATION', code: 1002 }),
    'fail.EXPECTED_CONTINUATION': () => ({ type: 'fail', rule: 'EXPECTED_CONTINUATION', code: 1002 }),
    'fail.UNEXPECTED_EOF': () => ({ type: 'fail', rule: 'UNEXPECTED_EOF', code: 1006 }),
    write: () => ({ type: 'write', what: kind, ...(kind === 'close' ? { code: codeOf(symbol) } : {}) }),
    'write.pong': () => ({ type: 'write', what: 'pong' }),
    'write.close': () => ({ type: 'write', what: 'close', code: codeOf(close) }),
    'write.response': () => ({ type: 'write', what: 'response' }),
    halfClose: () => ({ type: 'halfClose' }),
  }
  return (Object.keys(Effect) as EffectName[])
    .filter((name) => effects & Effect[name])
    .map((name) => words[name]())
}

/** Told by comparing: which regions moved. */
function transitionsOf(before: Configuration, after: Configuration, event: string): TransitionRecord[] {
  const moved = [
    ['lifecycle', placeOf(before), placeOf(after)],
    ['inbound', before.inbound, after.inbound],
    ['outbound', before.outbound, after.outbound],
  ].filter(([, from, to]) => from !== to)
  return moved.map(([region, from, to]) => ({
    source: `${region}.${from}`,
    targets: [`${region}.${to}`],
    event,
  }))
}

function eventRecord({ column, symbol, cut, close }: Stepped): EventRecord {
  const { type, ...variant } = eventOf(column)
  const own = type.endsWith('.close') ? codeOf(symbol) : type === 'fail' && close !== 0 ? codeOf(close) : null
  return {
    type,
    ...('fin' in variant ? { fin: variant.fin } : {}),
    ...('accepted' in variant ? { accepted: variant.accepted } : {}),
    ...(own === null ? {} : { code: own }),
    ...(type === 'receive.eof' ? { transport: cut ? 'reset' : 'end' } : {}),
    ...(type === 'receive.invalid' ? { rule: 'MESSAGE_TOO_BIG', code: 1009 } : {}),
  }
}

export interface Trace {
  /** A line a step. */
  lines: string[]
  records: WireRecord[]
}

/** Plays `path` from the start. The time of a record is the number of its step. */
export function traceOf(
  tables: { client: Table; server: Table },
  bounds: Bounds,
  path: readonly Act[],
): Trace {
  const world = new World(tables, bounds)
  const values = sides.map((side) => tables[side].configurations[tables[side].initial]!)
  const seq = [0, 0]
  const records: WireRecord[] = sides.map(
    (side, who): ConnectionRecord => ({
      v: RECORD_VERSION,
      kind: 'connection',
      connection: side,
      seq: seq[who]!++,
      time: 0,
      side,
      peer: sides[1 - who]!,
      value: values[who]!,
    }),
  )
  const lines: string[] = []
  let time = 0
  world.hear = (stepped) => {
    const { who, at } = stepped
    const event = eventRecord(stepped)
    const value = tables[sides[who]!].configurations[at]!
    const step: StepRecord = {
      v: RECORD_VERSION,
      kind: 'step',
      connection: sides[who],
      seq: seq[who]!++,
      time,
      event,
      value,
      effects: effectsOf(stepped),
      transitions: transitionsOf(values[who]!, value, event.type),
    }
    values[who] = value
    records.push(step)
  }
  for (const act of path) {
    time++
    const head = world.channels.head(world.out[1 - act.who]!)
    const what = act.kind === 'take' ? ` ${nameOf(head!)}` : ''
    let how = ''
    try {
      world.perform(act)
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      how = `  <- ${error.message}`
    }
    const [client, server] = values.map(placeOf)
    const under = world.out.map((channel) => `[${world.channels.of(channel).map(nameOf).join(', ')}]`)
    lines.push(`${time}. ${act.name}${what}: ${client} ${under[0]}> <${under[1]} ${server}${how}`)
  }
  return { lines, records }
}
