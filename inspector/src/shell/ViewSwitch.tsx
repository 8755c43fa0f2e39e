export const views = ['connections', 'statechart', 'log', 'client'] as const
export type ViewName = (typeof views)[number]

interface Props {
  view: ViewName
  onView(view: ViewName): void
}

/** On a narrow screen there is room for one view at a time. */
export function ViewSwitch({ view, onView }: Props) {
  return (
    <nav className="view-switch" aria-label="Views">
      {views.map((each) => (
        <button key={each} type="button" aria-current={view === each} onClick={() => onView(each)}>
          {each}
        </button>
      ))}
    </nav>
  )
}
