import { useEffect, useState } from 'react'
import type { Connection } from '../model/connection.ts'
import { isOfTrace } from '../traces/traces.ts'
import './share.css'

interface Props {
  /** What of a link was left out. */
  leftOut: string | null
  onRead(): void
  /** The connection that was picked, or that a link names, where it is not there. */
  missing: string | null
  /** What is shown instead. */
  shown: Connection | null
}

/** What comes from the process, or from a file, takes a while to come, ms. */
const PATIENCE = 2_000

/** What became of a link that was opened, where it is not all that it says. */
export function LinkNotice({ leftOut, onRead, missing, shown }: Props) {
  const [given, setGiven] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setGiven(missing), PATIENCE)
    return () => clearTimeout(timer)
  }, [missing])
  const awaited = missing !== null && missing === given ? missing : null
  return (
    <div role="status" className="link-notices">
      {leftOut !== null && (
        <div className="link-notice" data-left-out="">
          <p>
            <b>Not all of this link could be read.</b> {leftOut} That was left out.
          </p>
          <button type="button" className="icon-button" aria-label="Put this note away" onClick={onRead}>
            ×
          </button>
        </div>
      )}
      {awaited !== null && (
        <div className="link-notice" data-missing={awaited}>
          <p>
            {isOfTrace(awaited) ? (
              <>
                <b>This link names a connection of a trace that is not open.</b> Open its file here, and it is
                shown.
              </>
            ) : (
              <>
                <b>Connection {awaited} is not here.</b> It has not come yet, or is not kept any more.
              </>
            )}
            {shown !== null && ` Shown is connection ${shown.id}.`}
          </p>
        </div>
      )}
    </div>
  )
}
