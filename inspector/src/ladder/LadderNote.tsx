import { otherSide } from '../../../src/report/step.ts'
import type { Connection } from '../model/connection.ts'
import { endName, haveOneClock } from '../model/ends.ts'
import type { ViewProps } from '../shell/Views.tsx'
import type { Between } from './between.ts'
import { clockWords } from './passageWords.ts'

interface Props extends Pick<ViewProps, 'connection' | 'peer' | 'onPeer'> {
  between: Between | null
  /** Why the two ends are not drawn together, where both are recorded. */
  problem: string | null
  /** Why none is taken for the other end. */
  doubt: string | null
}

/** Whose records the ladder is drawn from. */
export function LadderNote({ connection, peer, between, problem, doubt, onPeer }: Props) {
  const { side } = connection.about!
  const inferred = `The lane of the ${otherSide(side)} is inferred from what came and went.`
  if (peer === undefined) {
    return (
      <p className="ladder-note">
        Only the {side} was watched. {inferred} {doubt}
      </p>
    )
  }
  const oneClock = haveOneClock(connection, peer)
  const nameOf = (end: Connection) => (oneClock ? plainName(end) : endName(end))
  const other =
    onPeer === undefined ? (
      nameOf(peer)
    ) : (
      <button type="button" className="ladder-other" title="Look from there" onClick={() => onPeer(null)}>
        {nameOf(peer)}
      </button>
    )
  if (between !== null) {
    return (
      <p className="ladder-note">
        Both ends were watched, {nameOf(connection)} and {other}: an arrow goes from when one sent something
        to when the other received it.
        {!oneClock && <span data-clocks=""> {clockWords(between, plainName(peer))}</span>}
      </p>
    )
  }
  const why =
    problem === null ? null : (
      <span data-unpaired=""> What they sent and received is not paired. {problem}</span>
    )
  return oneClock ? (
    <p className="ladder-note">
      Both ends were watched, {nameOf(connection)} and {other}, and each lane is drawn from its own records.
      Arrows are drawn when the {side} sent or received them.{why}
    </p>
  ) : (
    <p className="ladder-note">
      {other} is the other end.{why} {inferred}
    </p>
  )
}

/** In the lab there is one of each side, and it is called by that. */
const plainName = ({ about }: Connection) =>
  about?.connection === about?.side ? `the ${about?.side}` : `${about?.side} ${about?.connection}`
