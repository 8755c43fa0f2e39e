import { parts, type ViewName, type ViewOfConnection } from './views.ts'

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
      {parts
        .filter((each) => client || each !== 'client')
        .map((each) => (
          <button key={each} type="button" aria-current={view === each} onClick={() => onView(each)}>
            {each === 'statechart' ? tab : each}
          </button>
        ))}
    </nav>
  )
}
