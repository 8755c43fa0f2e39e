import { type Connection, nameOf, stateOf } from '../model/connection.ts'

/** Which connection it is that is looked at: its row in the list may be out of sight. */
export function Subject({ connection }: { connection: Connection }) {
  const { about, id } = connection
  const name = nameOf(connection)
  const which = about === null ? `machine ${id}` : `${about.side} ${about.connection}`
  const whole = [name, which, about?.peer === name ? null : about?.peer, stateOf(connection)]
  return (
    <p className="subject" title={whole.filter(Boolean).join(', ')}>
      <b>{name}</b> <span>{which}</span>
    </p>
  )
}
