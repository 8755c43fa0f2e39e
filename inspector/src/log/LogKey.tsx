import { Popover } from '../shell/Popover.tsx'
import { WayMark } from './WayMark.tsx'

/** What the marks in a row of the log mean: to a pointer their titles say it, one by one. */
export function LogKey() {
  return (
    <Popover title="Key">
      <dl className="log-key">
        <div>
          <dt>
            <WayMark way="received" /> <WayMark way="sent" /> <WayMark way="local" />
          </dt>
          <dd>received, sent, or happened here</dd>
        </div>
        <div>
          <dt>
            <span className="chip">0x1</span>
          </dt>
          <dd>opcode of the frame: what kind it is</dd>
        </div>
        <div>
          <dt>
            <span className="chip">FIN</span> <span className="chip chip-more">FIN 0</span>
          </dt>
          <dd>the last frame of its message, or more to come</dd>
        </div>
        <div>
          <dt>
            <span className="chip chip-auto">↑ pong</span>
          </dt>
          <dd>what the protocol sent by itself</dd>
        </div>
        <div>
          <dt className="log-key-transition">open → failed</dt>
          <dd>the transition that it led to; ↻ where the state stays the same</dd>
        </div>
        <div>
          <dt>+0.013 s</dt>
          <dd>since the connection was first seen</dd>
        </div>
      </dl>
    </Popover>
  )
}
