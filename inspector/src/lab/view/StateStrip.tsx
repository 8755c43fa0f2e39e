import { type PeerSnapshot, type Snapshot, underWay } from '../engine/snapshot.ts'
import { stateWords } from './words.ts'

/** `awaitingRequest` goes without saying that it is connecting. */
const shortWords = (peer: PeerSnapshot) => stateWords(peer).replace('connecting, ', '')

/** Where there is no room for more: the state of both, and how much is between them. */
export function StateStrip({ snapshot }: { snapshot: Snapshot }) {
  const { client, server, toServer, toClient } = snapshot
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of a form
    <div className="lab-strip" role="group" aria-label="State of both peers">
      <p>
        client{' '}
        <span className="badge" data-state={client.state}>
          {shortWords(client)}
        </span>
      </p>
      <p className="lab-strip-wire">
        {underWay(toServer).length} → under way ← {underWay(toClient).length}
      </p>
      <p>
        server{' '}
        <span className="badge" data-state={server.state}>
          {shortWords(server)}
        </span>
      </p>
    </div>
  )
}
