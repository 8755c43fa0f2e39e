import { scenarios } from '../scenarios/index.ts'
import { groups } from '../scenarios/scenario.ts'

/** Every lesson there is. */
export function Library({ onOpen }: { onOpen(id: string): void }) {
  return (
    <section className="panel lab-library" aria-label="Lessons">
      <header className="panel-head">
        <h2>Lessons</h2>
        <span className="panel-about">{scenarios.length}, or do as you like</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <section className="lab-scroll" tabIndex={0} aria-label="All lessons">
        <p className="lab-intro">
          A client and a server, both in this page. Pick a lesson, or send the client’s request yourself and
          deliver it.
        </p>
        {groups.map((group) => (
          <div key={group}>
            <h3>{group}</h3>
            <ul>
              {scenarios
                .filter((scenario) => scenario.group === group)
                .map(({ id, title, about }) => (
                  <li key={id}>
                    <button type="button" className="lab-pick" data-lesson={id} onClick={() => onOpen(id)}>
                      <b>{title}</b>
                      <span>{about}</span>
                    </button>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </section>
    </section>
  )
}
