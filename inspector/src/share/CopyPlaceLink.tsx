import type { Config } from '../feed/config.ts'
import type { Connection } from '../model/connection.ts'
import type { Cursor } from '../model/view.ts'
import { linkOf } from '../place/link.ts'
import type { Place } from '../place/place.ts'
import { isOf } from '../traces/traces.ts'
import { CopyLink } from './CopyLink.tsx'
import { Reach } from './Reach.tsx'

interface Props {
  place: Place
  /** What is shown, whichever is followed. */
  connection: Connection
  cursor: Cursor
  config: Config | null
}

/** A link to what is looked at now: to whoever opens it, the newest connection may be another one. */
export function CopyPlaceLink({ place, connection, cursor, config }: Props) {
  const { id, file } = connection
  const link = linkOf({ ...place, picked: id, cursor, of: id })
  return (
    <CopyLink link={link} up>
      <p>
        It names what you look at: connection, view, record, filters, breakpoints and what is pinned. It holds
        no records: {whereFrom(id, file, config)}.
      </p>
      <Reach steers={config?.commands === true} />
    </CopyLink>
  )
}

function whereFrom(id: string, file: string | null, config: Config | null): string {
  if (file === null) return 'they are seen for as long as the process runs and keeps them'
  // The trace that a page is served with is its first.
  if (config?.trace != null && isOf(id, 1)) return `they are seen for as long as ${file} is served`
  return `they are seen once ${file} is opened there as well`
}
