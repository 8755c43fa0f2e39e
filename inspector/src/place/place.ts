/** What of the live side of the page is looked at. It is all in the address. */
import { everyConnection, type ListFilter } from '../connections/filter.ts'
import type { Breakpoint } from '../lab/engine/action.ts'
import type { Declared } from '../links/link.ts'
import { everyEvent, type LogFilter } from '../log/filter.ts'
import type { Cursor } from '../model/view.ts'
import type { ViewName, ViewOfConnection } from '../shell/views.ts'

export interface Place {
  /** Id of the connection that was picked; it need not be there (yet). `null`: whichever is newest. */
  picked: string | null
  cursor: Cursor
  /** The connection that the cursor belongs to. */
  of: string | null
  tab: ViewOfConnection
  /** Where there is room for one part of the page only: which one. */
  view: ViewName
  list: ListFilter
  log: LogFilter
  /** What is pinned, or is to be as soon as it is there. */
  pin: Declared | null
  /** Where the replay holds; Back and Forward leave them as they are. */
  breakpoints: readonly Breakpoint[]
}

export const firstPlace: Place = {
  picked: null,
  cursor: null,
  of: null,
  tab: 'statechart',
  view: 'statechart',
  list: everyConnection,
  log: everyEvent,
  pin: null,
  breakpoints: [],
}
