import { Fragment } from 'react'
import { crossingName } from '../ladder/words.ts'
import { crossingLink, declare } from '../links/link.ts'
import type { Cursor } from '../model/view.ts'
import type { ControlFrame, GroupAsOf, Run } from './control.ts'

interface Props extends GroupAsOf {
  cursor: Cursor
  textOf(frame: ControlFrame): string
  onPick(seq: number): void
}

/** Of many, those that are lit with their block. */
const LINKED = 40

const FATES: Readonly<Record<string, string>> = { discarded: 'discarded', crafted: 'by hand' }

/** One or more control frames of one kind. It leads to the last of them, picked again to the one before that. */
export function ControlBlock({ frames, count, cursor, textOf, onPick }: Props) {
  const last = frames[count - 1]!
  const { crossing, seq } = last
  const { code, fate } = crossing
  const name = crossingName(crossing)
  const many = count > 1
  const links = frames.slice(Math.max(0, count - LINKED), count).reverse()
  const onClick = () => onPick(seq === cursor && many ? frames[count - 2]!.seq : seq)
  return (
    <button
      type="button"
      className={`block block-control ${fate === 'invalid' ? 'bad' : ''} ${fate in FATES ? 'apart' : ''}`}
      {...declare(links.map((each) => crossingLink(each.seq, each.crossing.index)))}
      aria-pressed={seq === cursor}
      aria-label={many ? `${count} ${name} frames in a row, #${frames[0]!.seq} to #${seq}` : undefined}
      title={many ? `#${frames[0]!.seq} to #${seq}` : textOf(last)}
      onClick={onClick}
    >
      <span className="block-name">
        {name} {code !== null && code !== 1005 && code}
        {many && <span className="block-count">×{count}</span>}
      </span>
      {FATES[fate] !== undefined && <span className="block-fate">{FATES[fate]}</span>}
    </button>
  )
}

/** The control frames between two messages, on a line of their own. */
export function Between({ run, ...shared }: { run: Run } & Omit<Props, keyof GroupAsOf>) {
  if (run.groups.length === 0) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: frames, no fields of a form
    <div className="between" role="group" aria-label="Control frames between messages">
      {run.groups.map((group, index) => (
        <Fragment key={group.frames[0]!.seq}>
          {run.folded > 0 && index === run.fold && (
            <span className="block block-control block-fold">{run.folded} more</span>
          )}
          <ControlBlock {...group} {...shared} />
        </Fragment>
      ))}
    </div>
  )
}
