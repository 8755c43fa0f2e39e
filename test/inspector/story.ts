/** A connection of the page's model whose entries the real machine made. */
import type { Connection } from '../../inspector/src/model/connection.ts'
import type { Entry, LoggedEvent } from '../../inspector/src/model/records.ts'
import type { StateValue } from '../../inspector/src/model/value.ts'
import { noGist } from '../../src/report/gist.ts'
import type { Story } from '../report/story.ts'
import { connectionChart } from './machine.ts'

export function entriesOf(story: Story): Entry[] {
  return story.steps.map((step) => ({
    ...step,
    event: step.event as LoggedEvent,
    value: { ...step.value } as StateValue,
  }))
}

export function connectionOf(story: Story): Connection {
  const entries = entriesOf(story)
  const { about } = story
  const value = entries.at(-1)?.value ?? ({ ...about.value } as StateValue)
  return {
    id: about.connection,
    chart: connectionChart,
    about,
    file: null,
    clock: null,
    base: { ...about.value } as StateValue,
    wanted: entries.length + 1,
    firstSeen: about.time,
    initial: { ...about.value } as StateValue,
    value,
    entries,
    firstSeq: 1,
    nextSeq: entries.length + 1,
    stopped: false,
    ended: null,
    lost: false,
    closeReceived: null,
    gist: noGist,
    pending: null,
  } as Connection
}
