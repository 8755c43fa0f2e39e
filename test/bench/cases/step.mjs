/** What the statechart costs: a step that changes the configuration, against one that does not. */
import { load } from '../library.mjs'

const BATCH = 4096

/** @param {{ kind: 'still' | 'moving' }} params */
export async function prepare({ kind }) {
  const { columns, tables } = await load('machines/table.js')
  const { eventIndex } = await load('machines/events.js')
  const table = tables.server
  // A ping leaves everything as it is; the frames of a message in two parts go to another configuration and back.
  const events =
    kind === 'still'
      ? [eventIndex('receive.ping'), eventIndex('receive.ping')]
      : [eventIndex('receive.text', false), eventIndex('receive.continuation', true)]
  let at = table.open
  let effects = 0
  return {
    batch: BATCH * 2,
    run() {
      for (let count = 0; count < BATCH; count++) {
        for (const event of events) {
          const cell = at * columns + event
          effects |= table.effects[cell]
          at = table.next[cell]
        }
      }
      if (at !== table.open || effects === 0) throw new Error('the steps lead elsewhere')
    },
  }
}
