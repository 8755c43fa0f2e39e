/**
 * Compiles the connection machine: every reachable configuration x every event is asked of XState's own pure
 * `transition()`, and the answers become the dense table of `table.ts`. Run by `npm run derive`; a check fails
 * when the derived file is stale.
 */
import { createActor, transition } from 'xstate'
import { connectionMachine } from './connection.ts'
import { alphabet, type ConnectionEffect, type ConnectionEvent, type Side } from './events.ts'
import type { StateMeta } from './setup.ts'
import { type Configuration, type DerivedTable, Effect, type EffectName, Refusal } from './table.ts'

/** A snapshot of the machine in `configuration`, reached without running anything. */
export function snapshotOf(side: Side, configuration: Configuration) {
  return connectionMachine.resolveState({ value: { ...configuration }, context: { side } })
}

/** The configuration that a fresh connection of `side` is in. */
export function initialConfiguration(side: Side): Configuration {
  return createActor(connectionMachine, { input: { side } }).getSnapshot().value as Configuration
}

/** One step of the machine: where it leads and what it emits, in order. */
export function step(side: Side, configuration: Configuration, event: ConnectionEvent) {
  const [next, actions] = transition(connectionMachine, snapshotOf(side, configuration), event)
  // XState types its actions by their names in `setup`; those that emit come out as `xstate.emit`.
  const emitted = (actions as { type: string; params: unknown }[])
    .filter((action) => action.type === 'xstate.emit')
    .map((action) => (action.params as { event: ConnectionEffect }).event)
  return { next: next.value as Configuration, emitted }
}

/** The name that the table has for something emitted on `event`. */
export function effectName(event: ConnectionEvent, effect: ConnectionEffect): EffectName {
  switch (effect.type) {
    case 'deliver':
    case 'halfClose':
      return effect.type
    case 'fail':
      return effect.rule === '*' ? 'fail' : (`fail.${effect.rule}` as EffectName)
    case 'write':
      return event.type === `send.${effect.what}` ? 'write' : (`write.${effect.what}` as EffectName)
  }
}

function effectMask(event: ConnectionEvent, emitted: ConnectionEffect[]): number {
  let mask = 0
  for (const effect of emitted) {
    const bit = Effect[effectName(event, effect)]
    if (bit === undefined) throw new Error(`the table has no word for ${JSON.stringify(effect)}`)
    // The protocol carries out a set of effects in the order of their bits, so the machine must emit them so.
    if (bit <= mask) throw new Error(`${event.type} emits ${JSON.stringify(emitted)} out of order`)
    mask |= bit
  }
  return mask
}

function refusal(side: Side, configuration: Configuration, event: ConnectionEvent): number {
  if (!event.type.startsWith('send.') || snapshotOf(side, configuration).can(event)) return Refusal.none
  // Out of sequence is what would be refused on an open connection too.
  const ifOpen: Configuration = { ...configuration, lifecycle: 'open' }
  const isFrame = !event.type.endsWith('request') && !event.type.endsWith('response')
  return isFrame && !snapshotOf(side, ifOpen).can(event) ? Refusal.sequence : Refusal.state
}

function meta(side: Side, configuration: Configuration) {
  const snapshot = snapshotOf(side, configuration)
  const byDepth = Object.entries(snapshot.getMeta() as Record<string, StateMeta | undefined>).sort(
    ([a], [b]) => b.split('.').length - a.split('.').length,
  )
  return {
    closeExpected: snapshot.hasTag('closeExpected'),
    deadline: byDepth.find(([, each]) => each?.deadline !== undefined)?.[1]?.deadline ?? null,
  }
}

/** Explores everything that a connection of `side` can reach. */
export function explore(side: Side): DerivedTable {
  const configurations: Configuration[] = [initialConfiguration(side)]
  const indexOf = new Map([[JSON.stringify(configurations[0]), 0]])
  const rows: string[] = []
  const masks: number[] = []
  const closeExpected: number[] = []
  const deadline: DerivedTable['deadline'] = []

  for (let at = 0; at < configurations.length; at++) {
    const configuration = configurations[at]!
    const cells = alphabet.map((event) => {
      const { next, emitted } = step(side, configuration, event)
      const key = JSON.stringify(next)
      let target = indexOf.get(key)
      if (target === undefined) {
        target = configurations.push(next) - 1
        indexOf.set(key, target)
      }
      const mask = effectMask(event, emitted)
      if (!masks.includes(mask)) masks.push(mask)
      const digits = [target.toString(36).padStart(2, '0'), masks.indexOf(mask).toString(36)]
      return `${digits.join('')}${refusal(side, configuration, event)}`
    })
    rows.push(cells.join(''))
    const about = meta(side, configuration)
    if (about.closeExpected) closeExpected.push(at)
    deadline.push(about.deadline)
  }
  return { configurations: [...indexOf.keys()], masks, rows, closeExpected, deadline }
}

/** The text of `table.derived.ts`. */
export function derive(): string {
  const tables = { client: explore('client'), server: explore('server') }
  const list = (items: readonly string[]) => items.map((item) => `      '${item}',`).join('\n')
  const body = (['client', 'server'] as const).map((side) => {
    const { configurations, masks, rows, closeExpected, deadline } = tables[side]
    return `  ${side}: {
    configurations: [
${list(configurations)}
    ],
    masks: ${JSON.stringify(masks)},
    rows: [
${list(rows)}
    ],
    closeExpected: ${JSON.stringify(closeExpected)},
    deadline: ${JSON.stringify(deadline)},
  },`
  })
  return `// Derived from connectionMachine by \`npm run derive\`; not to be edited. \`table.ts\` says how to read it.
import type { DerivedTable } from './table.ts'

export const derived: Record<'client' | 'server', DerivedTable> = {
${body.join('\n')}
}
`
}
