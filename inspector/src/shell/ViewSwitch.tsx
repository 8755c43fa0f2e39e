import type { ViewOfConnection } from './views.ts'

export const views = ['connections', 'statechart', 'log', 'client'] as const
export type ViewName = (typeof views)[number]

interface Props {
  view: ViewName
  /** Which view of the connection is behind the second button. */
  tab: ViewOfConnection
  onView(view: ViewName): void
  /** Is there one? */
  client: boolean
}

/** On a narrow screen there is room for one view at a time. */
export function ViewSwitch({ view, tab, onView, client }: Props) {
  return (
    <nav className="view-switch" aria-label="Views">
      {views
        .filter((each) => client || each !== 'client')
        .map((each) => (
          <button key={each} type="button" aria-current={view === each} onClick={() => onView(each)}>
            {each === 'statechart' ? tab : each}
          </button>
        ))}
    </nav>
  )
}
