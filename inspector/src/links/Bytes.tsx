import { Fragment, type KeyboardEvent } from 'react'
import { LinkButton } from './LinkButton.tsx'
import { type Bits, bitsLink } from './link.ts'

interface Props {
  /** Two digits each; `??` where it is not known. */
  hex: readonly string[]
  /** Id of the crossing that they belong to. */
  frame: string
  /** Place of the first one, in bytes. */
  at: number
  as?: Bits['as']
  /** The Tab key comes to the first of them; arrow keys lead on. */
  entrance?: boolean
  /** The pointer or the focus came to one of them. */
  onReach?: (index: number) => void
}

/** Bytes in hex, each of which lights what it belongs to. */
export function Bytes({ hex, frame, at, as = 'wire', entrance = true, onReach }: Props) {
  return hex.map((each, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: bytes have no other name
    <Fragment key={index}>
      {index > 0 && ' '}
      <LinkButton
        className="byte"
        link={bitsLink(frame, (at + index) * 8, (at + index + 1) * 8, as)}
        label={`byte ${at + index}: ${each}`}
        tabIndex={entrance && index === 0 ? 0 : -1}
        onReach={onReach === undefined ? undefined : () => onReach(index)}
      >
        {each}
      </LinkButton>
    </Fragment>
  ))
}

/** Arrow keys move between the bytes within, of which `width` are in a line. */
export function moveBetweenBytes(event: KeyboardEvent<HTMLElement>, width = 1): void {
  const bytes = [...event.currentTarget.querySelectorAll<HTMLElement>('.byte')]
  const at = bytes.indexOf(event.target as HTMLElement)
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - width,
    ArrowDown: at + width,
    Home: 0,
    End: bytes.length - 1,
  }
  const next = at < 0 ? undefined : bytes[to[event.key] ?? -1]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
