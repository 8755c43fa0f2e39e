import { isLoopback } from '../../../src/inspect/access.ts'

interface Props {
  /** May whoever opens the page steer connections? */
  steers?: boolean
}

/** Who can open a link to this page. */
export function Reach({ steers = false }: Props) {
  const { protocol, hostname, host, search } = location
  const hasToken = new URLSearchParams(search).has('token')
  return (
    <>
      {protocol === 'file:' ? (
        <p>It opens where this page is the same file.</p>
      ) : isLoopback(hostname) ? (
        <p>
          <code>{host}</code> is this machine: on another one the link leads nowhere.
        </p>
      ) : (
        <p>
          It opens for whoever can reach <code>{host}</code>.
        </p>
      )}
      {hasToken && (
        <p className="copy-link-warning">
          It holds the token of this page: whoever has it may look at every connection
          {steers && ', and steer it'}.
        </p>
      )}
    </>
  )
}
