/** The views of a connection, in the order of their tabs. */
export const views = ['statechart', 'ladder', 'frame', 'messages', 'handshake', 'report'] as const

export type ViewOfConnection = (typeof views)[number]

/** The parts of the page, of which a narrow screen has room for one at a time. */
export const parts = ['connections', 'statechart', 'log', 'client'] as const

export type ViewName = (typeof parts)[number]

export const viewTitles: Readonly<Record<ViewOfConnection, string>> = {
  statechart: 'Statechart',
  ladder: 'Ladder',
  frame: 'Frame',
  messages: 'Messages',
  handshake: 'Handshake',
  report: 'Close report',
}

/** Which tab a key leads to from `view`; `null` if it is not one of a list of tabs. */
export function tabAfter(view: ViewOfConnection, key: string): ViewOfConnection | null {
  const at = views.indexOf(view)
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: (at + views.length - 1) % views.length,
    ArrowRight: (at + 1) % views.length,
    Home: 0,
    End: views.length - 1,
  }
  return views[to[key] ?? -1] ?? null
}
